internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
internal import ResilienceInterfaces

extension GatewayCall {
  /// How long callers are told to wait for a mode or a feature, in seconds.
  private static var patienceSeconds: Int { 30 }

  /// Lets a call pass, or says why the service has stepped back from it.
  ///
  /// - Throws: `Refusal` for what no fallback may answer, `SteppedBack` for what one may.
  func checkAdmission() throws {
    let standing = self.settings.degradation.current
    try self.checkToggles(standing)
    try self.checkIdentity(standing)
    guard !standing.effects.isNone else { return }
    let mode = standing.mode.rawValue
    let effects = standing.effects
    if !effects.tiers.isEmpty, !effects.tiers.contains(self.claims.tier ?? "") {
      throw self.refusal("The service admits only some callers at present (mode '\(mode)').", mode)
    }
    let criticality = self.dependency.configuration.criticality.rawValue
    if !effects.criticalities.isEmpty, !effects.criticalities.contains(where: { $0.rawValue == criticality }) {
      throw SteppedBack(
        refusal: self.refusal("'\(self.dependency.name)' is not called at present (mode '\(mode)').", mode))
    }
    if MethodRule.isSafe(self.request.head.method) {
      guard effects.reads == .fallback, standing.isDecided || !self.dependency.mayProbe else { return }
      throw SteppedBack(
        refusal: self.refusal(
          "Dependencies are not called at present (mode '\(mode)'), and nothing else has an answer.", mode))
    }
    switch effects.writes {
    case .pass: return
    case .refuse: throw self.refusal("Changes are not carried out at present (mode '\(mode)').", mode)
    case .queue:
      throw SteppedBack(
        refusal: self.refusal(
          "Changes are not carried out at present (mode '\(mode)'), and nothing is configured to keep this one for "
            + "later.", mode), isForRecordersOnly: true)
    }
  }

  /// A dependency or a path behind a toggle.
  private func checkToggles(_ standing: GatewayDegradation.Standing) throws {
    let configuration = self.dependency.configuration
    for name in [configuration.toggle, configuration.toggledPath(of: self.path)?.toggle].compactMap({ $0 }) {
      let evaluation = self.settings.degradation.toggles.evaluate(
        name, for: self.toggleKey(standing), tier: self.claims.tier)
      guard let evaluation, !evaluation.isEnabled else { continue }
      guard evaluation.isTemporary else {
        throw Refusal(.notFound, "This feature is not switched on for this caller.")
      }
      // The toggle's name is for operators; the caller knows what it has asked for.
      throw SteppedBack(
        refusal: self.refusal("This feature is switched off at present; it comes back by itself.", "toggle"))
    }
  }

  private func toggleKey(_ standing: GatewayDegradation.Standing) -> String {
    let named = standing.keyHeader.flatMap { self.request.head.headers.first(name: $0) }
    return named ?? self.request.remoteAddress
  }

  /// While nobody can vouch for the privileged, they are refused, and everybody else is served.
  private func checkIdentity(_ standing: GatewayDegradation.Standing) throws {
    guard let tier = self.claims.tier, let provider = standing.unverifiable[tier], provider != self.dependency.name
    else { return }
    var refusal = self.refusal(
      "Who is calling cannot be verified at present, so calls of the tier '\(tier)' are refused. "
        + "Callers without privileges are served.", "identity")
    refusal.policy = "identity"
    throw refusal
  }

  private func refusal(_ detail: String, _ state: String) -> Refusal {
    var refusal = Refusal(.serviceUnavailable, detail + " Ask again in \(Self.patienceSeconds) s.")
    refusal.dependency = self.dependency.name
    refusal.policy = "degradation"
    refusal.state = state
    refusal.retryAfterSeconds = Self.patienceSeconds
    return refusal
  }
}
