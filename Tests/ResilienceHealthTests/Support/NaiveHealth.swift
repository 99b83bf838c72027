import ResilienceHealth
import ResilienceInterfaces

/// Flap damping as it is described, without thought for memory: the whole history, looked through each time.
struct NaiveHealth {
  let rise: Int
  let fall: Int
  var history: [HealthState] = []
  var state = HealthState.unknown

  private static let order: [HealthState] = [.healthy, .degraded, .unhealthy]

  mutating func hear(_ result: HealthState) {
    if result == .unknown { return }
    self.history.append(result)
    guard let current = Self.order.firstIndex(of: self.state) else {
      self.state = result
      return
    }
    let ranks = self.history.compactMap { Self.order.firstIndex(of: $0) }
    let falling = ranks.suffix(self.fall)
    let rising = ranks.suffix(self.rise)
    if falling.count == self.fall, falling.allSatisfy({ $0 > current }) {
      self.state = Self.order[falling.min() ?? current]
    } else if rising.count == self.rise, rising.allSatisfy({ $0 < current }) {
      self.state = Self.order[rising.max() ?? current]
    }
  }
}
