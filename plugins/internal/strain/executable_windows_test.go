package strain

const executable = ".exe"
