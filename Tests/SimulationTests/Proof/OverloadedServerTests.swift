import Testing

/// Where a trigger that is over leaves lasting damage, and where it no longer does.
@Suite struct OverloadedServerTests {
  typealias Protection = OverloadedServer.Protection

  private static let loads: [Double] = Experiment.size(
    [100, 140, 150, 200, 240, 279], full: [100, 140, 145, 150, 155, 160, 200, 240, 270, 279, 280])

  private func goodput(_ load: Double, _ protection: Protection, seed: UInt64 = 1) -> OverloadedServer.Result {
    var server = OverloadedServer(load: load, protection, seed: seed)
    let result = server.run()
    Experiment.note(
      "metastable | \(Int(load)) | \(protection) | \(Experiment.text(result.goodput)) | "
        + "x\(Experiment.text(result.amplification, 2))")
    return result
  }

  @Test("R6.8 without an outage everything up to 0.93 of the capacity is answered")
  func healthy() {
    var server = OverloadedServer(load: 279, .init(), .init(outage: nil), seed: 1)
    #expect(server.run().goodput > 0.999)
  }

  @Test("R1.8 plain retries: from capacity / 2 on, ten bad seconds are for ever", arguments: Self.loads)
  func plain(load: Double) {
    let result = self.goodput(load, .init())
    switch load {
    case ..<145: #expect(result.goodput > 0.999 && result.amplification < 1.01)
    case 150...: #expect(result.goodput < 0.01 && result.amplification > 1.98)
    default: #expect(result.goodput > 0.3)
    }
  }

  @Test("R1.8 a budget of a tenth moves the edge to capacity / 1.1, and no further", arguments: Self.loads)
  func budget(load: Double) {
    let result = self.goodput(load, .init(budget: true))
    if load <= 240 { #expect(result.goodput > 0.999) }
    if load >= 279 { #expect(result.goodput < 0.05 && abs(result.amplification - 1.1) < 0.02) }
  }

  @Test("R3.3 deadlines that reach the server take the edge away", arguments: Self.loads)
  func deadlines(load: Double) {
    #expect(self.goodput(load, .init(deadlines: true)).goodput > 0.99)
  }

  @Test("R1.8 R3.3 with both, nothing is lost after the trigger up to 0.93 of the capacity", arguments: Self.loads)
  func both(load: Double) {
    for seed in 0..<Experiment.size(UInt64(1), full: 10) {
      let result = self.goodput(load, .init(budget: true, deadlines: true), seed: seed)
      #expect(result.goodput > 0.998 && result.amplification < 1.01, "seed \(seed): \(result)")
    }
  }

  @Test("R1.8 R3.3 the same with a pipeline of Retry and Timeout in the simulation")
  func pipeline() throws {
    let world = OverloadedServerWorld(seed: 1, outageAt: 5)
    let result = try world.run(load: 279, measuredFrom: 25, end: 40)
    Experiment.note("metastable | 279 | pipeline | \(Experiment.text(result.goodput)) | \(result.amplification)")
    #expect(result.calls > 3_500 && result.goodput > 0.998 && result.amplification < 1.01, "\(result)")
  }
}
