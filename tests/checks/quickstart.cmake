# Runs the README's example in an empty folder, twice (a store is continued, too), and looks at what
# it says.
file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
foreach(round RANGE 1 2)
  execute_process(COMMAND ${PROGRAM} WORKING_DIRECTORY ${FOLDER} OUTPUT_VARIABLE said
                  RESULT_VARIABLE code)
  if(NOT code EQUAL 0 OR NOT said MATCHES "Hello, world!")
    message(FATAL_ERROR "round ${round}: exit ${code}, said: ${said}")
  endif()
endforeach()
file(REMOVE_RECURSE ${FOLDER})
