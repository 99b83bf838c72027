extension CheckRule {
  static let deadlineCannotBeMet = CheckRule(
    "deadline-cannot-be-met", .warning, "A dependency waits at least as long as what it depends on may take.",
    why: "Who calls must be the last to give up: the worst case of what is called is part of the time of the caller.",
    otherwise: "The caller gives up while the dependency below still works and retries for nobody."
  ) { (service: ServiceConfiguration) in
    CallPaths(service).arrows.compactMap { caller, callee in
      let worst = CallEstimate(callee).worstCase
      // Equal times are taken as enough, although an attempt ends up to 5 ms before its call: see `attemptLimit`.
      guard worst > caller.timeout else { return nil }
      return Hit(
        caller, "timeout", "\(caller.name) gives up before \(callee.name), which it depends on, has to be done",
        [.init("timeout of \(caller.name)", caller.timeout), .init("worst case of \(callee.name)", worst)],
        remedy: "raise this timeout, or lower that of \(callee.name)")
    }
  }
}
