internal import ResilienceConfiguration
internal import ResilienceDegradation
internal import ResilienceInterfaces

extension GatewayDegradation {
  /// Why a kept request is not delivered at present; nil: it may be.
  ///
  /// What keeps a caller's request back keeps it back here too: the mode's writes and criticalities, and the toggles of
  /// the dependency and the path where they are off for everybody. Who asked is not known any more, so shares and tiers
  /// do not count: the request was accepted. Of a dependency that may be back a delivery finds that out.
  func keepsBack(_ item: QueueItem, from dependency: Dependency) -> String? {
    let standing = self.current
    if standing.effects.writes != .pass { return "the degradation mode keeps changes for later" }
    let configuration = dependency.configuration
    let criticality = configuration.criticality.rawValue
    let criticalities = standing.effects.criticalities
    if !criticalities.isEmpty, !criticalities.contains(where: { $0.rawValue == criticality }) {
      return "the degradation mode '\(standing.mode.rawValue)' lets nobody call the dependency"
    }
    var names = [configuration.toggle].compactMap { $0 }
    if !configuration.toggledPaths.isEmpty, let request = try? QueuedRequest(item.payload),
      let path = configuration.toggledPath(of: request.path)
    {
      names.append(path.toggle)
    }
    for name in names {
      guard let evaluation = self.toggles.evaluate(name), evaluation.reason == .disabled else { continue }
      return "the feature '\(name)' is switched off"
    }
    return nil
  }
}
