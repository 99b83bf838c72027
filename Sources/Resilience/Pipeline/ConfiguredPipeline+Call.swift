extension ConfiguredPipeline {
  /// A step as the hot path sees it.
  ///
  /// All unowned, and nothing that has to be copied with care: taking an object out of an array of enums retains and
  /// releases it, two contended atomics per step and direction when threads share the pipeline, and one case that needs
  /// it makes all cases ask. `steps` keeps everything alive.
  @usableFromInline
  enum HotStep: @unchecked Sendable {
    case retry(Unmanaged<Retry.Core>)
    case timeout
    case circuitBreaker(Unmanaged<CircuitBreaker>)
    case bulkhead(Unmanaged<Bulkhead>)
    case rateLimiter(Unmanaged<RateLimiter>)
    case adaptiveLimiter(Unmanaged<AdaptiveLimiter>)
    case throttle(Unmanaged<Throttle>)
    case resourceLimiter(Unmanaged<ResourceLimiter>)
    case failureDomain(Unmanaged<FailureDomain.Member>)
    case taskDeadline
    case hedge
    case deadlinePropagation

    init(_ step: PipelineStep) {
      switch step {
      case .retry(let policy): self = .retry(.passUnretained(policy.core))
      case .timeout: self = .timeout
      case .circuitBreaker(let gate): self = .circuitBreaker(.passUnretained(gate))
      case .bulkhead(let gate): self = .bulkhead(.passUnretained(gate))
      case .rateLimiter(let gate): self = .rateLimiter(.passUnretained(gate))
      case .adaptiveLimiter(let gate): self = .adaptiveLimiter(.passUnretained(gate))
      case .throttle(let gate): self = .throttle(.passUnretained(gate))
      case .resourceLimiter(let gate): self = .resourceLimiter(.passUnretained(gate))
      case .failureDomain(let gate): self = .failureDomain(.passUnretained(gate))
      case .taskDeadline: self = .taskDeadline
      case .hedge: self = .hedge
      case .deadlinePropagation: self = .deadlinePropagation
      }
    }
  }

  /// Where a call is.
  @usableFromInline
  struct Call {
    @usableFromInline var context: Context
    @usableFromInline var index: Int
    @usableFromInline let first: Int
    /// What each entered step wants back; a retry keeps its progress here.
    @usableFromInline var tokens: InlineArray<16, Token>

    @inlinable
    init(_ context: Context, _ first: Int) {
      self.context = context
      self.index = first
      self.first = first
      self.tokens = .init(repeating: Token())
    }
  }

  /// Inwards, up to the operation or a step that runs the rest in a frame of its own.
  ///
  /// False: the step at `index` has to be asked slowly.
  @usableFromInline
  func enter(_ call: inout Call) -> Bool {
    while call.index < self.hot.count {
      let token: Token?
      switch self.hot[call.index] {
      case .timeout, .taskDeadline, .hedge, .deadlinePropagation: return true
      case .retry(let core):
        let outer = call.context.attempt
        let progress = core._withUnsafeGuaranteedRef { Retry($0).begin(&call.context) }
        token = Self.token(progress, within: outer)
      case .circuitBreaker(let gate):
        token = gate._withUnsafeGuaranteedRef {
          $0.tryAdmit(call.context.runtime, &call.context.entered, timed: false)
        }
      case .bulkhead(let gate): token = gate._withUnsafeGuaranteedRef { $0.tryAdmit(&call.context) }
      case .rateLimiter(let gate): token = gate._withUnsafeGuaranteedRef { $0.tryAdmit(&call.context) }
      case .adaptiveLimiter(let gate): token = gate._withUnsafeGuaranteedRef { $0.tryAdmit(&call.context) }
      case .throttle(let gate): token = gate._withUnsafeGuaranteedRef { $0.tryAdmit(&call.context) }
      case .resourceLimiter(let gate): token = gate._withUnsafeGuaranteedRef { $0.tryAdmit(&call.context) }
      case .failureDomain(let gate): token = gate._withUnsafeGuaranteedRef { $0.tryAdmit(&call.context) }
      }
      guard let token else { return false }
      if _slowPath(call.context.isTraced) { self.traceAdmission(call) }
      call.tokens[call.index] = token
      call.index += 1
    }
    return true
  }

  /// False: the step at `index` runs the rest in a frame of its own.
  @usableFromInline
  @inline(never)
  func enterSlowly(_ call: inout Call) async throws -> Bool {
    switch self.steps[call.index] {
    case .circuitBreaker(let gate) where gate.endsCalls: return false
    case .circuitBreaker(let gate): call.tokens[call.index] = try await gate.enter(call.context)
    case .bulkhead(let gate): call.tokens[call.index] = try await gate.enter(call.context)
    case .rateLimiter(let gate): call.tokens[call.index] = try await gate.enter(call.context)
    case .adaptiveLimiter(let gate): call.tokens[call.index] = try await gate.enter(call.context)
    case .throttle(let gate): call.tokens[call.index] = try await gate.enter(call.context)
    case .resourceLimiter(let gate): call.tokens[call.index] = try await gate.enter(call.context)
    case .failureDomain(let gate): call.tokens[call.index] = try await gate.enter(call.context)
    case .retry, .timeout, .taskDeadline, .hedge, .deadlinePropagation: break
    }
    call.context.forgetTime()  // it may have waited
    call.index += 1
    return true
  }

  /// Outwards after a success.
  @usableFromInline
  func leave(_ call: inout Call) {
    while call.index > call.first {
      call.index -= 1
      let token = call.tokens[call.index]
      switch self.hot[call.index] {
      case .circuitBreaker(let gate):
        gate._withUnsafeGuaranteedRef { $0.release(token, .success, nil, in: call.context) }
      case .bulkhead(let gate): gate._withUnsafeGuaranteedRef { $0.release(token, .success, nil, in: call.context) }
      case .rateLimiter(let gate): gate._withUnsafeGuaranteedRef { $0.release(token, .success, nil, in: call.context) }
      case .adaptiveLimiter(let gate):
        gate._withUnsafeGuaranteedRef { $0.release(token, .success, nil, in: call.context) }
      case .throttle(let gate): gate._withUnsafeGuaranteedRef { $0.release(token, .success, nil, in: call.context) }
      case .resourceLimiter(let gate):
        gate._withUnsafeGuaranteedRef { $0.release(token, .success, nil, in: call.context) }
      case .retry(let core):
        core._withUnsafeGuaranteedRef {
          if _slowPath(call.context.attempt > $0.quietAttempts) { Retry($0).succeeded(call.context) }
        }
        call.context.attempt = Self.outerAttempt(token)
      case .failureDomain, .timeout, .taskDeadline, .hedge, .deadlinePropagation: break
      }
    }
  }

  /// A retry's progress, and the attempt of whatever is around it: nested retries share one context.
  @inlinable
  static func token(_ progress: RetryMachine, within outer: Int) -> Token {
    let token = progress.token
    return Token(
      state: token.state, serial: token.serial | UInt64(UInt32(truncatingIfNeeded: outer)) << 32,
      started: token.started)
  }

  @inlinable
  static func outerAttempt(_ token: Token) -> Int { Int(truncatingIfNeeded: token.serial >> 32) }

  /// Outwards after a failure, to the first retry that goes again; throws if there is none.
  @usableFromInline
  @inline(never)
  func recover(_ call: inout Call, _ failure: any Error) async throws {
    var error = failure
    while call.index > call.first {
      call.index -= 1
      let token = call.tokens[call.index]
      switch self.steps[call.index] {
      case .circuitBreaker(let gate): Self.release(gate, token, error, call.context)
      case .bulkhead(let gate): Self.release(gate, token, error, call.context)
      case .rateLimiter(let gate): Self.release(gate, token, error, call.context)
      case .adaptiveLimiter(let gate): Self.release(gate, token, error, call.context)
      case .throttle(let gate): Self.release(gate, token, error, call.context)
      case .resourceLimiter(let gate): Self.release(gate, token, error, call.context)
      case .failureDomain(let gate): Self.release(gate, token, error, call.context)
      case .timeout, .taskDeadline, .hedge, .deadlinePropagation: break
      case .retry(let retry):
        var progress = RetryMachine(token)
        do {
          try await retry.pause(&call.context, &progress, after: error)
          call.tokens[call.index] = Self.token(progress, within: Self.outerAttempt(token))
          call.index += 1
          return
        } catch let last {
          error = last
          call.context.attempt = Self.outerAttempt(token)
        }
      }
    }
    throw error
  }

  private static func release(_ gate: some Gate, _ token: Token, _ error: any Error, _ context: Context) {
    let verdict = gate.verdict(on: error)
    if context.isTraced { gate.trace(verdict, in: context) }
    gate.release(token, verdict, error, in: context)
  }
}
