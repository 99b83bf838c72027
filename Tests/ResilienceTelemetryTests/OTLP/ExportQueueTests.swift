import Testing

@testable import ResilienceTelemetry

@Suite("Export queue")
struct ExportQueueTests {
  private enum Step: CaseIterable { case append, begin, finish, giveBack }

  /// The same, naively.
  private struct Model {
    var waiting: [Int] = []
    var underWay = 0
    var dropped = 0
  }

  @Test("R11.8 every sequence of eight steps leaves what a plain list would", arguments: 1...3)
  func model(capacity: Int) {
    func walk(_ queue: ExportQueue<Int>, _ model: Model, _ next: Int, _ depth: Int) {
      queue.checkInvariants()
      #expect(queue.count == model.waiting.count && queue.dropped == model.dropped && queue.underWay == model.underWay)
      guard depth > 0 else { return }
      for step in Step.allCases {
        var queue = queue
        var model = model
        switch step {
        case .append:
          let isTaken = queue.append(next)
          #expect(isTaken == (model.waiting.count < capacity))
          if isTaken { model.waiting.append(next) } else { model.dropped += 1 }
        case .begin:
          let batch = queue.begin(2)
          #expect(batch == (model.underWay == 0 ? Array(model.waiting.prefix(2)) : []))
          if model.underWay == 0 { model.underWay = batch.count }
        case .finish:
          queue.finish()
          model.waiting.removeFirst(model.underWay)
          model.underWay = 0
        case .giveBack:
          queue.giveBack()
          model.underWay = 0
        }
        walk(queue, model, next + 1, depth - 1)
      }
    }
    walk(ExportQueue(capacity: capacity), Model(), 0, 8)
  }
}
