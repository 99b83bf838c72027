import Glibc

// Not a top-level await: the main actor's hops would be measured, and valgrind does not survive a `main` that ends its
// thread.
Task.detached {
  do {
    try await BenchmarkCommand(CommandLine.arguments).run()
    exit(0)
  } catch {
    print("PolicyBenchmarks failed: \(error)")
    exit(1)
  }
}
while true { pause() }
