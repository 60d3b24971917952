# Unity builds, for the presets with sanitizers: a folder's files are compiled as one, which takes a
# quarter of the time. Other builds compile each file by itself, so each includes what it needs.

# reel_unity_by_folder(TARGET [ALONE FILE...]): files named after ALONE have names of their own that
# meet their like in another file of the folder, and stay by themselves.
function(reel_unity_by_folder target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ALONE")
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source NORMALIZE OUTPUT_VARIABLE path)
    cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE name)
    if(NOT name IN_LIST arg_ALONE)
      cmake_path(GET name PARENT_PATH folder)
      string(MAKE_C_IDENTIFIER "in_${folder}" group)
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
    endif()
  endforeach()
endfunction()
