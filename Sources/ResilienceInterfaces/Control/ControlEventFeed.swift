internal import Resilience

/// Hands events to whoever listens, without ever waiting for a slow listener.
///
/// Each listener has a bounded buffer; one that does not keep up loses the oldest events and sees the gap in their ids.
/// The newest events are kept, so that a listener who comes back can say where it stopped. Cost: one lock per event.
public final class ControlEventFeed: Sendable {
  private struct Listeners {
    var lastID: UInt64 = 0
    var lastListener = 0
    var recent: [ControlEvent] = []
    var continuations: [Int: AsyncStream<ControlEvent>.Continuation] = [:]
    var isFinished = false
  }

  private let capacity: Int
  private let listeners = Lock(Listeners())

  /// Makes a feed that keeps, and buffers per listener, the newest `capacity` events (default 256, at least 1).
  public init(capacity: Int = 256) {
    self.capacity = max(1, capacity)
  }

  /// Numbers an event and hands it to every listener; the time is in Unix milliseconds.
  @discardableResult
  public func publish(
    at: Int64, kind: String, subject: String, message: String, severity: ControlEvent.Severity = .info,
    actor: String? = nil
  ) -> ControlEvent {
    self.listeners.withLock { listeners in
      listeners.lastID += 1
      let event = ControlEvent(
        id: listeners.lastID, at: at, kind: kind, subject: subject, message: message, severity: severity, actor: actor)
      listeners.recent.append(event)
      if listeners.recent.count > self.capacity { listeners.recent.removeFirst() }
      // Yielding here keeps every listener's order; it only stores the element and schedules the listener.
      for continuation in listeners.continuations.values { continuation.yield(event) }
      return event
    }
  }

  /// The events from now on; with an id, first those kept events that came after it.
  ///
  /// The stream ends with ``finish()``.
  public func events(after id: UInt64? = nil) -> AsyncStream<ControlEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ControlEvent.self, bufferingPolicy: .bufferingNewest(self.capacity))
    let number: Int? = self.listeners.withLock { listeners in
      if let id {
        // An id from before a restart is ahead of ours: that listener has seen none of these events.
        let seen = id > listeners.lastID ? 0 : id
        for event in listeners.recent where event.id > seen { continuation.yield(event) }
      }
      guard !listeners.isFinished else { return nil }
      listeners.lastListener += 1
      listeners.continuations[listeners.lastListener] = continuation
      return listeners.lastListener
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.listeners.withLock { _ = $0.continuations.removeValue(forKey: number) }
    }
    return stream
  }

  /// How many listeners there are now.
  public var listenerCount: Int { self.listeners.withLock { $0.continuations.count } }

  /// Ends every listener's stream; later listeners get the kept events and then the end.
  public func finish() {
    let ended = self.listeners.withLock { listeners in
      listeners.isFinished = true
      defer { listeners.continuations.removeAll() }
      return Array(listeners.continuations.values)
    }
    for continuation in ended { continuation.finish() }
  }
}
