internal import Resilience
internal import ResilienceInterfaces

extension ProcessSupervisor.Entry {
  /// What operators see.
  var status: SupervisedProcessStatus {
    SupervisedProcessStatus(
      name: self.process.name, state: self.state, pid: self.pid.flatMap { Int(exactly: $0) }, since: self.since,
      restarts: max(0, self.starts - 1), nextStart: self.nextStart, lastExit: self.lastExit,
      health: self.process.check == nil ? nil : self.health ?? .unknown)
  }

  /// How far it can be relied on.
  var reliability: HealthState {
    guard self.state == .running else { return self.starts == 0 && self.state == .waiting ? .unknown : .unhealthy }
    return self.process.check == nil ? .healthy : self.health ?? .unknown
  }

  /// Takes other settings over; where what runs is another program now, it is restarted.
  mutating func take(_ process: SupervisedProcess) {
    let isSame = self.process.command == process.command
    self.process = process
    self.machine.policy = process.restart
    if !isSame || self.wish == .stop { self.wish = .restart }
  }
}
