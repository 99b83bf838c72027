/// What became of one or several programs that were killed again and again.
struct KillFigures: Sendable {
  var kills = 0
  /// Kills after which something had been acknowledged since the start before.
  var underLoad = 0
  /// Kills after which something had been delivered since the start before.
  var whileDelivering = 0
  /// Kills before the program was ready.
  var whileStarting = 0
  /// Kills of the server as well.
  var withServer = 0
  var acknowledged = 0
  /// Deliveries of what had been delivered before.
  var again = 0
  /// What must not be, in words.
  var faults: [String] = []

  static func + (left: KillFigures, right: KillFigures) -> KillFigures {
    KillFigures(
      kills: left.kills + right.kills, underLoad: left.underLoad + right.underLoad,
      whileDelivering: left.whileDelivering + right.whileDelivering,
      whileStarting: left.whileStarting + right.whileStarting, withServer: left.withServer + right.withServer,
      acknowledged: left.acknowledged + right.acknowledged, again: left.again + right.again,
      faults: left.faults + right.faults)
  }

  /// One line, for people and for `Scripts/soak`.
  var line: String {
    "\(self.kills) kills (\(self.underLoad) under load, \(self.whileDelivering) amid deliveries, "
      + "\(self.whileStarting) while starting, \(self.withServer) with the server), \(self.acknowledged) acknowledged, "
      + "\(self.faults.count) faults, \(self.again) delivered again"
  }
}
