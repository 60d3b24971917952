# Checks of the house itself, as ctest tests. Those labelled `once` look at sources or build other
# projects; tools/test-full.sh does not repeat them under sanitizers and the second compiler.

# The order of the rooms, and whether the check can fail.
add_test(NAME rooms COMMAND ${CMAKE_CURRENT_LIST_DIR}/rooms.sh ${PROJECT_SOURCE_DIR})
add_test(NAME rooms.selftest COMMAND ${CMAKE_CURRENT_LIST_DIR}/rooms_selftest.sh)
set_tests_properties(rooms rooms.selftest PROPERTIES LABELS once TIMEOUT 60)

# Models of the hand-over of chunks, of declared drops and of lanes, every state of them (needs spin).
add_test(NAME model.spin COMMAND ${PROJECT_SOURCE_DIR}/tests/model/spin.sh
                                 ${CMAKE_CURRENT_BINARY_DIR}/spin)
set_tests_properties(model.spin PROPERTIES LABELS "long;once" TIMEOUT 600 SKIP_RETURN_CODE 77)

# Golden stores, by reel and by a second reader that knows docs/FORMAT.md alone.
find_program(REEL_PYTHON python3)
if(TARGET reel_tool AND REEL_PYTHON)
  add_test(NAME golden.stores COMMAND ${REEL_PYTHON} ${PROJECT_SOURCE_DIR}/tests/golden/check.py
                                      $<TARGET_FILE:reel_tool>)
  set_tests_properties(golden.stores PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77 ENVIRONMENT
                       PYTHONDONTWRITEBYTECODE=1)
endif()

# Every public header compiles alone, with nothing but include/ on the path.
file(GLOB headers RELATIVE ${PROJECT_SOURCE_DIR}/include CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/include/reel/*.hpp ${PROJECT_SOURCE_DIR}/include/reel/*.h)
set(alone "")
foreach(header IN LISTS headers)
  string(MAKE_C_IDENTIFIER ${header} name)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"@header@\"\n#include \"@header@\"\n" @ONLY)
  list(APPEND alone ${source})
endforeach()
add_library(reel_headers OBJECT ${alone})
target_include_directories(reel_headers PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(reel_headers PRIVATE reel_warnings)

# The C header by a C compiler too; and its functions are those that the library exports.
set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/reel_h.c)
file(CONFIGURE OUTPUT ${source} CONTENT
     "#include \"reel/reel.h\"\n#include \"reel/reel.h\"\nextern int reel_h;\n" @ONLY)
add_library(reel_c_header OBJECT ${source})
target_include_directories(reel_c_header PRIVATE ${PROJECT_SOURCE_DIR}/include)
target_compile_options(reel_c_header PRIVATE -Wall -Wextra -Wpedantic -Werror)
set_target_properties(reel_c_header PROPERTIES
  C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
add_test(NAME capi.exports COMMAND ${PROJECT_SOURCE_DIR}/tests/capi/exports.sh
                                   ${PROJECT_SOURCE_DIR}/include/reel/reel.h $<TARGET_FILE:reel>)
set_tests_properties(capi.exports PROPERTIES TIMEOUT 60)

# Misuse that must not compile: each file builds one way and fails, for the reason it names, the
# other.
file(GLOB misuses CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/compile_fail/*.cpp)
foreach(source IN LISTS misuses)
  get_filename_component(name ${source} NAME_WE)
  add_test(NAME compile_fail.${name}
           COMMAND ${CMAKE_COMMAND} -DCOMPILER=${CMAKE_CXX_COMPILER} -DSOURCE=${source}
                   -DINCLUDE=${PROJECT_SOURCE_DIR}/include
                   -P ${PROJECT_SOURCE_DIR}/tests/compile_fail/compile_fail.cmake)
  set_tests_properties(compile_fail.${name} PROPERTIES TIMEOUT 60)
endforeach()

# The README's example is this file, word for word, and it runs.
add_executable(quickstart ${PROJECT_SOURCE_DIR}/docs/examples/quickstart.cpp)
target_link_libraries(quickstart PRIVATE reel::reel reel_warnings)
add_test(NAME docs.quickstart
         COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:quickstart>
                 -DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/quickstart-run
                 -P ${CMAKE_CURRENT_LIST_DIR}/quickstart.cmake)
add_test(NAME docs.readme_example
         COMMAND ${CMAKE_COMMAND} -DREADME=${PROJECT_SOURCE_DIR}/README.md
                 -DEXAMPLE=${PROJECT_SOURCE_DIR}/docs/examples/quickstart.cpp
                 -P ${CMAKE_CURRENT_LIST_DIR}/readme_example.cmake)
set_tests_properties(docs.quickstart docs.readme_example PROPERTIES TIMEOUT 60)
set_tests_properties(docs.readme_example PROPERTIES LABELS once)

# The main job, small here; with more events in the longer tests.
if(REEL_BUILD_TOOLS)
  add_test(NAME demo COMMAND reel-demo --replace ${CMAKE_CURRENT_BINARY_DIR}/demo --events 50000)
  add_test(NAME demo.long
           COMMAND reel-demo --replace ${CMAKE_CURRENT_BINARY_DIR}/demo-long --events 6000000 --seed 2)
  set_tests_properties(demo PROPERTIES TIMEOUT 120)
  set_tests_properties(demo.long PROPERTIES LABELS long TIMEOUT 600)
endif()

include(${PROJECT_SOURCE_DIR}/tests/consumer/consumer_tests.cmake)
