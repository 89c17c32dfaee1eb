# libtcsweep (all rooms that know neither MPI nor the command line), the program, and what is installed.
include(CMakePackageConfigHelpers)

function(tcs_library_and_program)
  get_property(rooms GLOBAL PROPERTY tcs_rooms)
  tcs_library("${rooms}")
  tcs_program(tcsweep tcs_engine)
  if(TCSWEEP_TESTS)
    tcs_program_with_faults()
  endif()
  tcs_install()
endfunction()

# One library for users of the C interface, made of the rooms' objects.
function(tcs_library rooms)
  set(objects "")
  foreach(room IN LISTS rooms)
    if(NOT room STREQUAL tcs_mpi)
      list(APPEND objects $<TARGET_OBJECTS:${room}>)
    endif()
  endforeach()
  get_property(more GLOBAL PROPERTY tcs_more_objects)
  add_library(tcsweep_library ${objects} ${more})
  set_target_properties(tcsweep_library PROPERTIES OUTPUT_NAME tcsweep EXPORT_NAME tcsweep LINKER_LANGUAGE C
                                                   VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  target_link_libraries(tcsweep_library PRIVATE tcs::yaml tcs::hdf5 tcs::openblas m)
  target_include_directories(tcsweep_library INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                       $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

# The commit is looked up at every build, so that --version never tells a former one.
add_custom_target(tcs_commit
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${PROJECT_BINARY_DIR}/generated/tcsweep_commit.h
          -P ${PROJECT_SOURCE_DIR}/cmake/Commit.cmake
  BYPRODUCTS ${PROJECT_BINARY_DIR}/generated/tcsweep_commit.h COMMENT "")

function(tcs_program name engine)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cli/*.c)
  add_executable(${name} ${sources})
  tcs_compile(${name})
  add_dependencies(${name} tcs_commit)
  target_include_directories(${name} PRIVATE ${PROJECT_BINARY_DIR}/generated)
  target_link_libraries(${name} PRIVATE tcs_sweep tcs_report tcs_store ${engine} m)
  if(TCSWEEP_MPI)
    target_link_libraries(${name} PRIVATE tcs_mpi)
    target_compile_definitions(${name} PRIVATE TCSWEEP_HAS_MPI)
  endif()
endfunction()

# The same program, whose trainers can be told to crash, hang or fill the memory: for tests only, never installed.
function(tcs_program_with_faults)
  tcs_program(tcsweep-faults tcs_engine_faults)
endfunction()

function(tcs_install)
  install(TARGETS tcsweep RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(TARGETS tcsweep_library EXPORT tcsweep-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
                                                          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/tcsweep DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          PATTERN mpi_carrier.h EXCLUDE)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/sweeps DESTINATION ${CMAKE_INSTALL_DATADIR}/tcsweep)
  install(FILES ${PROJECT_SOURCE_DIR}/data/superconductors.csv ${PROJECT_SOURCE_DIR}/data/README.md
          DESTINATION ${CMAKE_INSTALL_DATADIR}/tcsweep/data)
  install(FILES ${PROJECT_SOURCE_DIR}/docs/tcsweep.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
  set(cmake_directory ${CMAKE_INSTALL_LIBDIR}/cmake/tcsweep)
  install(EXPORT tcsweep-targets NAMESPACE tcsweep:: DESTINATION ${cmake_directory})
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/tcsweep-config.cmake.in ${PROJECT_BINARY_DIR}/tcsweep-config.cmake
                                INSTALL_DESTINATION ${cmake_directory})
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/TcsweepDependencies.cmake DESTINATION ${cmake_directory}
          RENAME TcsweepLibraries.cmake)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/tcsweep-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/tcsweep-config.cmake ${PROJECT_BINARY_DIR}/tcsweep-config-version.cmake
          DESTINATION ${cmake_directory})
  # Relative to where the file lies, so that `cmake --install --prefix` may move all of it.
  file(RELATIVE_PATH TCSWEEP_UP /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
  list(JOIN HDF5_HL_LIBRARIES " " hl)
  list(JOIN HDF5_LIBRARIES " " hdf5)
  set(TCSWEEP_PRIVATE_LIBRARIES "${hl} ${hdf5}")
  configure_file(${PROJECT_SOURCE_DIR}/cmake/tcsweep.pc.in ${PROJECT_BINARY_DIR}/tcsweep.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/tcsweep.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
