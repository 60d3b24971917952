# Installs the library, its headers, reelConfig.cmake (find_package(reel CONFIG) -> reel::reel, and
# reel::store_conformance for the tests of a store) and reel.pc. tests/consumer/ builds against the result.
include(CMakePackageConfigHelpers)

set(REEL_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/reel)
install(TARGETS reel reel_store_conformance EXPORT reelTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/reel DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h PATTERN *.hpp)
install(EXPORT reelTargets NAMESPACE reel:: DESTINATION ${REEL_CMAKE_DIR})

# Who links a static reel must also link what reel uses; a shared one brings that along by itself.
get_target_property(REEL_TYPE reel TYPE)
if(REEL_TYPE STREQUAL "STATIC_LIBRARY")
  set(REEL_IS_STATIC ON)
  set(REEL_PC_REQUIRES "libzstd libxxhash simdjson")
  set(REEL_PC_LIBS "-pthread -lstdc++ -lm")  # what a C++ compiler links by itself, a C compiler not
endif()
configure_package_config_file(cmake/reelConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/reelConfig.cmake
                              INSTALL_DESTINATION ${REEL_CMAKE_DIR})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/reelConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/reelConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/reelConfigVersion.cmake
        DESTINATION ${REEL_CMAKE_DIR})

# ${pcfiledir} keeps the installed tree movable.
file(RELATIVE_PATH REEL_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/reel.pc.in ${CMAKE_CURRENT_BINARY_DIR}/reel.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/reel.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
