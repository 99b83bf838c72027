import Yams

/// Line and column, both from 1, the column counted in Unicode scalars.
struct SourcePosition: Sendable, Hashable {
  let line: Int
  let column: Int

  init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  init(_ mark: Mark) {
    self.init(line: max(mark.line, 1), column: max(mark.column, 1))
  }
}
