extension CheckRule {
  static let callerGivesUpFirst = CheckRule(
    "caller-gives-up-first", .note, "One attempt waits at least as long as what the dependency itself calls may take.",
    why: "During one attempt the dependency calls what it depends on, with all of that one's attempts and waits.",
    otherwise: "The attempt ends and is repeated while the first one is still at work below: load without use."
  ) { (service: ServiceConfiguration) in
    CallPaths(service).arrows.compactMap { caller, callee in
      let worst = CallEstimate(callee).worstCase
      guard let limit = caller.attemptTimeout, worst > limit, worst <= caller.timeout else { return nil }
      return Hit(
        caller, "attemptTimeout", "one attempt gives up before \(callee.name), which it depends on, has to be done",
        [.init("attemptTimeout of \(caller.name)", limit), .init("worst case of \(callee.name)", worst)],
        remedy: "raise attemptTimeout, or lower the timeout of \(callee.name)")
    }
  }
}
