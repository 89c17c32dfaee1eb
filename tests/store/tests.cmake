# Results files as others read them: h5py, and xarray with h5netcdf.
if(TARGET tcs_store)
  add_executable(store_make_sample ${CMAKE_CURRENT_LIST_DIR}/make_sample.c)
  tcs_compile(store_make_sample)
  target_include_directories(store_make_sample PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit/store)
  target_link_libraries(store_make_sample PRIVATE tcs_store)
  find_program(TCSWEEP_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH DOC "Python with h5py and xarray, for the tests that read results files")
  if(TCSWEEP_PYTHON)
    add_test(NAME store.read COMMAND ${TCSWEEP_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/test_read.py $<TARGET_FILE:store_make_sample>
                                     ${PROJECT_SOURCE_DIR}/analysis)
    set_tests_properties(store.read PROPERTIES LABELS store TIMEOUT 120 SKIP_RETURN_CODE 77)
  endif()
endif()
