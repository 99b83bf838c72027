import NIOCore

#if canImport(Glibc)
  import Glibc
#endif

/// Runs a test's task on an event loop.
final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    self.loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Holds a thread up, to make a race certain.
func blockThread(milliseconds: UInt32) { usleep(milliseconds * 1000) }
