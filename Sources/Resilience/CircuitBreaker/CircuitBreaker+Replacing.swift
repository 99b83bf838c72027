internal import Synchronization

extension CircuitBreaker {
  /// What the paths without a lock have to know of the settings.
  @usableFromInline
  enum Trait {
    /// Durations are measured.
    @inlinable static var measured: UInt64 { 1 }
    /// A call has a time limit.
    @inlinable static var timed: UInt64 { 2 }
    /// The settings have something to say about errors.
    static var judging: UInt64 { 4 }
    /// Calls beyond the permitted probes wait.
    static var waiting: UInt64 { 8 }
    /// A share of the calls may be admitted, so admissions need a draw.
    static var drawing: UInt64 { 16 }
    /// A candidate hears of every call.
    static var watched: UInt64 { 32 }
  }

  /// The settings in force.
  public var configuration: Configuration { self.core.withLock { $0.configuration } }

  /// Replaces the settings while calls go on; the state is kept.
  ///
  /// Thresholds, times and numbers of probes hold at once, for what is decided from now on: nothing opens by a lower
  /// threshold before the next outcome is judged, and the end of an open or a ramping period that has begun stays where
  /// it is. A half-open breaker keeps its probes and what they have said; if that is enough under the new settings, it
  /// decides now. The failures in a row are kept. The window's counts are kept if its kind and length are the same and
  /// slow calls are counted as before; otherwise it begins empty. Calls under way are judged by the new settings.
  /// Values out of range are brought to the nearest that is allowed.
  ///
  /// Cost: one lock. Memory: the former window (2 KiB, a count window a quarter of a byte per call) is kept until the
  /// breaker ends, because somebody may still be counting there; going back to it takes it into use again.
  public func replace(_ configuration: Configuration, on runtime: Runtime = .live) {
    let now = runtime.coarseNow()
    self.step(at: now) { core in
      core.tick(at: now)
      core.replace(configuration, at: now)
      self.install(&core)
      self.setAlert(self.shared[Self.alert].pointee.load(ordering: .relaxed) & (Self.pending - 1), core, at: now)
    }
  }

  /// Replaces the settings while calls go on, if they make sense; if not, the old ones stay in force.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public func replace(
    validating configuration: Configuration, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("circuitBreaker '\(self.name)'", problems) }
    self.replace(configuration, on: runtime)
  }

  /// Publishes what the paths without a lock have to know; under the lock, or before anybody else has the breaker.
  func install(_ core: inout Core) {
    let configuration = core.configuration
    var traits: UInt64 = 0
    func set(_ trait: UInt64, _ isSet: Bool) { if isSet { traits |= trait } }
    let candidate = core.trial?.configuration
    let isKept = configuration.isMeasured || candidate?.isMeasured == true
    set(Trait.measured, isKept || configuration.callTimeout != nil || candidate?.callTimeout != nil)
    set(Trait.timed, configuration.callTimeout != nil)
    set(Trait.judging, configuration.verdict != nil || configuration.callTimeout != nil)
    set(Trait.waiting, configuration.excessProbes == .wait)
    set(Trait.drawing, configuration.ramp != nil || candidate?.ramp != nil || core.machine.phase == .ramping)
    set(Trait.watched, candidate != nil)
    let slowness = UInt64(bitPattern: configuration.slowCallThreshold.map { max(1, $0.nanoseconds) } ?? .max)
    if isKept, core.latencies == nil {
      let latencies = LatencyCounts()
      core.latencies = latencies
      let address = UInt(bitPattern: Unmanaged.passUnretained(latencies).toOpaque())
      self.shared[Self.durations].pointee.store(UInt64(address), ordering: .releasing)
    }
    self.shared[Self.slowness].pointee.store(slowness, ordering: .relaxed)
    let limit = configuration.callTimeout.map { max(1, $0.nanoseconds) } ?? .max
    self.shared[Self.limit].pointee.store(UInt64(bitPattern: limit), ordering: .relaxed)
    self.shared[Self.traits].pointee.store(traits, ordering: .relaxed)
    self.shared[Self.place].pointee.store(core.box.address, ordering: .releasing)
  }
}

extension CircuitBreaker.Configuration {
  /// Whether durations are kept, and not only compared with the calls' time limit.
  var isMeasured: Bool { self.slowCallThreshold != nil || self.recordsDurations }
}

extension CircuitBreaker.Core {
  mutating func replace(_ configuration: CircuitBreaker.Configuration, at now: Instant) {
    self.configuration = configuration
    self.machine.replace(CircuitBreakerMachine.Settings(configuration), at: now)
    let countsSlow = configuration.slowCallThreshold != nil
    guard !self.box.isLike(configuration.window, countsSlow: countsSlow) else { return }
    let former = self.formerBoxes.firstIndex { $0.isLike(configuration.window, countsSlow: countsSlow) }
    let box = former.map { self.formerBoxes.remove(at: $0) } ?? self.makeBox(configuration)
    // What the former window still holds belongs to the trend.
    self.sample(at: now)
    self.box.window.reset(at: now)
    box.window.reset(at: now)
    self.sampledCursor = 0
    self.formerBoxes.append(self.box)
    self.box = box
  }
}
