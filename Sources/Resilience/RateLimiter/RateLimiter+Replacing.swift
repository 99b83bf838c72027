internal import Synchronization

extension RateLimiter {
  /// Takes other settings and keeps the state; settings out of range are brought to the nearest that is allowed.
  ///
  /// The permits that are there stay, as many as the new settings hold: a smaller bucket caps them, a larger one is
  /// filled at the new rate. What was taken from a window stays taken, what was reserved stays reserved, and a limiter
  /// that was warm is warm. Another law begins with the permits that were there under the old one. Calls that are under
  /// way at that moment go by the old settings or the new.
  public func replace(_ configuration: Configuration, on runtime: Runtime = .live) {
    guard !self.isShared else { return }  // the settings are the others' as well
    let now = runtime.now()
    self.core.withLock { core in
      self.recall(&core)
      let old = core
      core.configuration = configuration
      let available = old.available(self.bucket, at: now)
      if case .warmUp(let before) = old.law, case .warmUp(let next) = Law(configuration) {
        core.law = .warmUp(next)
        return self.replace(before.law, by: next.law, configuration)
      }
      guard case .bucket = old.law, case .bucket(let law) = Law(configuration) else {
        core.law = old.law.replaced(by: configuration, self.bucket, available: available, at: now)
        return self.publish(&core)
      }
      // From bucket to bucket while others take permits: the law first, then the state in one exchange.
      let before = self.bucket
      core.law = .bucket(law)
      self.publishLaw(law)
      self.words[1].pointee.store(UInt64(bitPattern: law.interval), ordering: .relaxed)
      self.words[3].pointee.store(
        UInt64(bitPattern: max(0, configuration.maxWait.nanoseconds)), ordering: .relaxed)
      self.changeBucket { machine in
        let current = TokenBucketMachine(
          interval: before.interval, capacity: before.capacity, arrival: machine.arrival)
        machine.arrival = current.replaced(by: law, at: now).arrival
      }
    }
  }

  /// From warm-up to warm-up while others take permits: the law first, then the state in one exchange.
  private func replace(_ before: WarmUpLaw, by law: WarmUpLaw, _ configuration: Configuration) {
    self.publish(law)
    self.words[3].pointee.store(UInt64(bitPattern: max(0, configuration.maxWait.nanoseconds)), ordering: .relaxed)
    self.changeWarmUp {
      $0 = WarmUpMachine(before, nextFree: $0.nextFree, warmth: $0.warmth).replaced(by: law)
    }
  }

  /// Takes other settings that are checked; if they make no sense the old ones stay.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public func replace(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("rate limiter '\(self.name)'", problems) }
    self.replace(configuration, on: runtime)
  }
}
