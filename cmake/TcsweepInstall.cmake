function(tcs_library_and_program)
endfunction()
