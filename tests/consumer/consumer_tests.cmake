# Installs reel twice, as the library type of this build and as the other, and builds the consumer
# against each, through CMake and through pkg-config. The other is built for a debugger, which takes
# a third of the time. Not under sanitizers: a consumer has none.
if(REEL_SANITIZE)
  return()
endif()

set(consumer_dir ${CMAKE_CURRENT_BINARY_DIR}/consumer)
set(consumer_script ${CMAKE_CURRENT_LIST_DIR}/consumer.cmake)

# consumer_test(NAME STEP LINKAGE): one step of consumer.cmake on the tree of LINKAGE.
function(consumer_test name step linkage)
  add_test(NAME consumer.${linkage}.${name}
           COMMAND ${CMAKE_COMMAND} -DSTEP=${step} -DPREFIX=${consumer_dir}/${linkage}
                   -DSHARED=$<STREQUAL:${linkage},shared>
                   -DREEL_SOURCE=${PROJECT_SOURCE_DIR} -DREEL_BUILD=${PROJECT_BINARY_DIR}
                   -DWORK=${consumer_dir}/${linkage}-${name} -DGENERATOR=${CMAKE_GENERATOR}
                   -DCOMPILER=${CMAKE_CXX_COMPILER} -DLAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
                   -DC_COMPILER=${CMAKE_C_COMPILER}
                   -DBUILD_TYPE=Debug -P ${consumer_script})
  # The limit is for building the whole library, on a slow machine that does other things beside it.
  set_tests_properties(consumer.${linkage}.${name} PROPERTIES LABELS once TIMEOUT 1200)
endfunction()

get_target_property(reel_type reel TYPE)
if(reel_type STREQUAL "SHARED_LIBRARY")
  set(this_linkage shared)
  set(other_linkage static)
else()
  set(this_linkage static)
  set(other_linkage shared)
endif()

consumer_test(install install ${this_linkage})
consumer_test(install build_and_install ${other_linkage})
foreach(linkage IN ITEMS static shared)
  consumer_test(cmake use_cmake ${linkage})
  consumer_test(pkgconfig use_pkgconfig ${linkage})
  set_tests_properties(consumer.${linkage}.install PROPERTIES FIXTURES_SETUP reel_${linkage})
  set_tests_properties(consumer.${linkage}.cmake consumer.${linkage}.pkgconfig
                       PROPERTIES FIXTURES_REQUIRED reel_${linkage})
endforeach()
