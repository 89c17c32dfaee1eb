# Tests that are linked with the double-precision build of the room.
file(GLOB nn_double_tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/double/test_*.c)
foreach(source IN LISTS nn_double_tests)
  get_filename_component(name ${source} NAME_WE)
  add_executable(nn_double_${name} ${source})
  tcs_compile(nn_double_${name})
  target_include_directories(nn_double_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit ${PROJECT_SOURCE_DIR}/src/nn)
  target_link_libraries(nn_double_${name} PRIVATE tcs_nn_double PkgConfig::cunit m)
  add_test(NAME unit.nn.double.${name} COMMAND nn_double_${name})
  set_tests_properties(unit.nn.double.${name} PROPERTIES LABELS unit TIMEOUT 300 ENVIRONMENT OPENBLAS_NUM_THREADS=1)
endforeach()

# It counts what the room allocates.
if(TARGET nn_test_compute)
  target_link_options(nn_test_compute PRIVATE -Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=aligned_alloc)
endif()
