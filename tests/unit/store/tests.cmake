# These look inside, or forge files with HDF5.
foreach(name lock damage hostile)
  if(TARGET store_test_${name})
    target_link_libraries(store_test_${name} PRIVATE tcs::hdf5)
  endif()
endforeach()
