/// The means of 400 runs each of AWS' own program (aws-samples, backoff_simulator.py, 66cb169), with standard errors.
struct PublishedBackoff: Sendable, CustomStringConvertible {
  let clients: Int
  let algorithm: BackoffContest.Algorithm
  let time: (mean: Double, error: Double)
  let calls: (mean: Double, error: Double)

  var description: String { "\(self.clients) clients, \(self.algorithm.rawValue)" }

  private init(
    _ clients: Int, _ algorithm: BackoffContest.Algorithm, _ time: (Double, Double), _ calls: (Double, Double)
  ) {
    self.clients = clients
    self.algorithm = algorithm
    self.time = time
    self.calls = calls
  }

  static let rows: [PublishedBackoff] = [
    .init(10, .exponential, (3447.6, 62.46), (50.9, 0.2)),
    .init(10, .decorrelated, (431.5, 3.98), (37.6, 0.12)),
    .init(10, .equal, (716.4, 8.4), (42.4, 0.13)),
    .init(10, .full, (458.5, 5.28), (38.9, 0.12)),
    .init(10, .none, (383.7, 1.7), (51.2, 0.2)),
    .init(20, .exponential, (14499.8, 139.55), (150.5, 0.68)),
    .init(20, .decorrelated, (826.1, 9.62), (101.4, 0.25)),
    .init(20, .equal, (1577.8, 21.27), (108.1, 0.2)),
    .init(20, .full, (1014.2, 13.24), (100.2, 0.17)),
    .init(20, .none, (607.4, 2.68), (153.5, 0.61)),
    .init(50, .exponential, (36427.6, 159.74), (624.4, 1.4)),
    .init(50, .decorrelated, (2185.0, 25.41), (374.7, 0.67)),
    .init(50, .equal, (4244.3, 29.74), (347.1, 0.3)),
    .init(50, .full, (2866.6, 26.86), (332.5, 0.26)),
    .init(50, .none, (1142.9, 2.3), (691.3, 0.93)),
    .init(100, .exponential, (63957.5, 189.97), (1863.0, 3.01)),
    .init(100, .decorrelated, (4544.6, 36.13), (1003.9, 1.5)),
    .init(100, .equal, (6614.9, 33.1), (812.0, 0.37)),
    .init(100, .full, (4928.7, 27.21), (796.4, 0.35)),
    .init(100, .none, (2027.7, 2.24), (2422.5, 1.6)),
    .init(150, .exponential, (85882.9, 203.5), (3551.8, 4.96)),
    .init(150, .decorrelated, (6561.6, 38.6), (1757.5, 2.2)),
    .init(150, .equal, (8286.2, 32.26), (1324.4, 0.54)),
    .init(150, .full, (6363.7, 25.7), (1318.5, 0.52)),
    .init(150, .none, (2877.5, 2.24), (5142.1, 2.36)),
    .init(190, .exponential, (101311.3, 214.76), (5160.9, 6.26)),
    .init(190, .decorrelated, (7877.1, 43.54), (2433.0, 3.04)),
    .init(190, .equal, (9338.7, 28.9), (1759.5, 0.6)),
    .init(190, .full, (7476.8, 27.41), (1771.3, 0.59)),
    .init(190, .none, (3538.7, 2.34), (8007.7, 3.27)),
  ]
}
