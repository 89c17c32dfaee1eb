# The libraries, each as one imported target.
find_package(PkgConfig REQUIRED)

function(tcs_imported target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "INCLUDE;LIBRARIES")
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${arg_INCLUDE}"
                                             INTERFACE_LINK_LIBRARIES "${arg_LIBRARIES}")
endfunction()

pkg_check_modules(openblas REQUIRED IMPORTED_TARGET openblas)
tcs_imported(tcs::openblas LIBRARIES PkgConfig::openblas)

pkg_check_modules(yaml REQUIRED IMPORTED_TARGET yaml-0.1)
tcs_imported(tcs::yaml LIBRARIES PkgConfig::yaml)

# The serial HDF5: one writer, and no MPI in processes that only read.
find_package(HDF5 1.10 REQUIRED COMPONENTS C HL)
tcs_imported(tcs::hdf5 INCLUDE ${HDF5_INCLUDE_DIRS} LIBRARIES ${HDF5_HL_LIBRARIES} ${HDF5_LIBRARIES})

if(TCSWEEP_MPI)
  find_package(MPI REQUIRED COMPONENTS C)
endif()
if(TCSWEEP_TESTS)
  pkg_check_modules(cunit REQUIRED IMPORTED_TARGET cunit)
endif()
