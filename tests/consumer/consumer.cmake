# One STEP of the consumer tests; see consumer_tests.cmake.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "failed (${code}): ${ARGV}")
  endif()
endfunction()

# The one file below PREFIX with this name, without relying on the platform's library folder.
function(find_installed name result)
  file(GLOB_RECURSE found ${PREFIX}/*/${name})
  list(LENGTH found count)
  if(NOT count EQUAL 1)
    message(FATAL_ERROR "expected one ${name} below ${PREFIX}, found: ${found}")
  endif()
  set(${result} ${found} PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
set(compiler_arguments -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}
                       -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -G ${GENERATOR})

if(STEP STREQUAL "install")
  file(REMOVE_RECURSE ${PREFIX})
  run(${CMAKE_COMMAND} --install ${REEL_BUILD} --prefix ${PREFIX})
elseif(STEP STREQUAL "build_and_install")
  file(REMOVE_RECURSE ${PREFIX})
  run(${CMAKE_COMMAND} -S ${REEL_SOURCE} -B ${WORK} ${compiler_arguments}
      -DBUILD_SHARED_LIBS=${SHARED} -DREEL_BUILD_TOOLS=OFF -DREEL_BUILD_TESTS=OFF
      -DREEL_BUILD_BENCH=OFF -DREEL_BUILD_PYTHON=OFF)
  run(${CMAKE_COMMAND} --build ${WORK} --parallel 2)
  run(${CMAKE_COMMAND} --install ${WORK} --prefix ${PREFIX})
elseif(STEP STREQUAL "use_cmake")
  run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK} ${compiler_arguments}
      -DCMAKE_PREFIX_PATH=${PREFIX})
  run(${CMAKE_COMMAND} --build ${WORK})
  run(${WORK}/consumer ${WORK}/store)
  run(${WORK}/own_store)
  run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/c -B ${WORK}/c -DCMAKE_C_COMPILER=${C_COMPILER}
      -DCMAKE_BUILD_TYPE=${BUILD_TYPE} -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${PREFIX})
  run(${CMAKE_COMMAND} --build ${WORK}/c)
  run(${WORK}/c/consumer_c ${WORK}/store-of-c)
elseif(STEP STREQUAL "use_pkgconfig")
  find_installed(reel.pc pc)
  get_filename_component(folder ${pc} DIRECTORY)
  get_filename_component(libraries ${folder} DIRECTORY)
  set(ENV{PKG_CONFIG_PATH} ${folder})
  execute_process(COMMAND pkg-config --cflags --libs reel OUTPUT_VARIABLE flags
                  OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "pkg-config does not know reel")
  endif()
  separate_arguments(flags UNIX_COMMAND "${flags}")
  run(${COMPILER} -std=c++20 -O1 ${CMAKE_CURRENT_LIST_DIR}/consumer.cpp -o ${WORK}/consumer ${flags})
  # By the C compiler to the end: it is not known to link what C++ needs.
  run(${C_COMPILER} -std=c99 -O1 ${CMAKE_CURRENT_LIST_DIR}/c/consumer.c -o ${WORK}/consumer_c ${flags})
  set(ENV{LD_LIBRARY_PATH} ${libraries})
  run(${WORK}/consumer ${WORK}/store)
  run(${WORK}/consumer_c ${WORK}/store-of-c)
else()
  message(FATAL_ERROR "no such step: ${STEP}")
endif()
