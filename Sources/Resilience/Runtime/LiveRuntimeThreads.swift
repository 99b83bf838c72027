import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// So many threads of their own that run jobs in the order of their arrival.
///
/// The threads hold this object, not its owner: when the owner goes it says `stop`, each thread ends after what it is
/// doing, and the last one to go takes this object with it.
final class LiveRuntimeThreads: @unchecked Sendable {
  /// How many threads there are of all such objects.
  static let live = Atomic(0)

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // All under `mutex`.
  private var jobs: [UnownedJob] = []
  private var first = 0
  private var isStopped = false
  private var alive: Int

  /// Starts threads.
  ///
  /// - Parameter count: How many; fewer run if the system gives no more, and `count` tells.
  init(_ count: Int) {
    self.alive = 0
    pthread_mutex_init(self.mutex, nil)
    pthread_cond_init(self.condition, nil)
    for _ in 0..<count {
      var thread = pthread_t()
      let reference = Unmanaged.passRetained(self)
      self.locked { self.alive += 1 }
      Self.live.wrappingAdd(1, ordering: .relaxed)
      let code = pthread_create(
        &thread, nil,
        {
          if let opaque = $0 { Unmanaged<LiveRuntimeThreads>.fromOpaque(opaque).takeRetainedValue().run() }
          return nil
        }, reference.toOpaque())
      guard code == 0 else {
        reference.release()
        self.locked { self.alive -= 1 }
        Self.live.wrappingSubtract(1, ordering: .relaxed)
        break
      }
      pthread_detach(thread)
    }
  }

  deinit {
    pthread_cond_destroy(self.condition)
    pthread_mutex_destroy(self.mutex)
    self.condition.deallocate()
    self.mutex.deallocate()
  }

  /// How many threads there are.
  var count: Int { self.locked { self.alive } }
  /// How many jobs no thread has begun.
  var waiting: Int { self.locked { self.jobs.count - self.first } }

  func enqueue(_ job: UnownedJob) {
    self.locked { self.jobs.append(job) }
    pthread_cond_signal(self.condition)
  }

  /// Every thread ends as soon as no job is left.
  func stop() {
    self.locked { self.isStopped = true }
    pthread_cond_broadcast(self.condition)
  }

  /// The executor that jobs are told they run on; set before the first job.
  var executor: UnownedTaskExecutor?

  private func run() {
    while let job = self.next() {
      if let executor = self.executor { job.runSynchronously(on: executor) }
    }
    self.locked { self.alive -= 1 }
    Self.live.wrappingSubtract(1, ordering: .relaxed)
  }

  private func next() -> UnownedJob? {
    self.locked {
      while self.first == self.jobs.count {
        if self.isStopped { return nil }
        pthread_cond_wait(self.condition, self.mutex)
      }
      let job = self.jobs[self.first]
      self.first += 1
      if self.first == self.jobs.count {
        self.jobs.removeAll(keepingCapacity: self.jobs.capacity < 1_024)
        self.first = 0
      }
      return job
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(self.mutex)
    defer { pthread_mutex_unlock(self.mutex) }
    return body()
  }
}
