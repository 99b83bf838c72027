#if SANITIZE_THREAD
  internal import Glibc
#else
  public import Synchronization
#endif

/// Protects a value by mutual exclusion; the only lock of the project.
///
/// Hold it for a few instructions, never across a suspension and never around a caller's code. Cost: about 10 ns when
/// nobody else holds it.
///
/// Built with `-Xswiftc -DSANITIZE_THREAD` it is a POSIX mutex, because the thread sanitizer does not see into
/// `Synchronization.Mutex` (that library is not instrumented) and takes everything that it protects for a race.
public struct Lock<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  #if SANITIZE_THREAD
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

    /// Makes a lock around a value.
    public init(_ initial: consuming Value) {
      pthread_mutex_init(self.mutex, nil)
      self.value.initialize(to: initial)
    }

    deinit {
      pthread_mutex_destroy(self.mutex)
      self.mutex.deallocate()
      self.value.deinitialize(count: 1)
      self.value.deallocate()
    }

    /// Gives the body exclusive access to the value.
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
      _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      pthread_mutex_lock(self.mutex)
      defer { pthread_mutex_unlock(self.mutex) }
      return try body(&self.value.pointee)
    }
  #else
    @usableFromInline let mutex: Mutex<UncheckedSendable<Value>>

    /// Makes a lock around a value.
    @inlinable
    public init(_ initial: consuming Value) { self.mutex = Mutex(UncheckedSendable(initial)) }

    /// Gives the body exclusive access to the value.
    @inlinable
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
      _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try self.mutex.withLock { box throws(Failure) -> UncheckedSendable<Result> in
        UncheckedSendable(try body(&box.value))
      }.value
    }
  #endif
}

/// Tells the compiler that a value may cross isolation although its type does not say so.
@frozen
@usableFromInline
struct UncheckedSendable<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  @usableFromInline var value: Value
  @inlinable init(_ value: consuming Value) { self.value = value }
}
