internal import Resilience
public import ResilienceInterfaces

/// Hands signals to a receiver that comes later than those who tell; without one they are dropped.
///
/// Cost: one lock per signal, and signals come with failures and changes only.
public final class HealingSignalRelay: HealingSignalReceiver {
  private let receiver = Lock<(any HealingSignalReceiver)?>(nil)

  init() {}

  /// Signals go to this receiver from now on.
  public func connect(_ receiver: any HealingSignalReceiver) { self.receiver.withLock { $0 = receiver } }

  /// Hands a signal on.
  public func receive(_ signal: HealingSignal) { self.receiver.withLock { $0 }?.receive(signal) }
}
