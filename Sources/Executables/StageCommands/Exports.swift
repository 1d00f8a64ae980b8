// Executables name the types of ArgumentParser in their own declarations; the package still enters
// here and nowhere else.
@_exported public import ArgumentParser
