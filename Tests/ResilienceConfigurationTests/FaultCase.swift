import Testing

/// A file with labelled faults: each faulty line ends with `#! RULE KEY [COLUMN]`, more than one separated by `#!`.
struct FaultCase: Sendable, CustomTestStringConvertible {
  struct Expected: Hashable, CustomStringConvertible {
    let line: Int
    let column: Int?
    let rule: String
    let key: String
    var description: String { "\(line):\(column.map(String.init) ?? "*") \(rule) \(key)" }
  }

  let label: String
  let text: String

  init(_ label: String, _ text: String) {
    self.label = label
    self.text = text
  }

  var testDescription: String { label }

  var expected: [Expected] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
      line.split(separator: "#!").dropFirst().map { label in
        let words = label.split(separator: " ").map(String.init)
        let key = words.count > 1 && words[1] != "-" ? words[1] : ""
        return Expected(line: index + 1, column: words.count > 2 ? Int(words[2]) : nil, rule: words[0], key: key)
      }
    }
  }

  /// A file whose one dependency `api` has these lines; they begin in line 4.
  static func dependency(_ label: String, _ lines: String) -> FaultCase {
    let indented = lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    return FaultCase(label, "dependencies:\n  api:\n    url: http://localhost\n\(indented)\n")
  }

  /// A file with these lines and a dependency behind them.
  static func service(_ label: String, _ lines: String) -> FaultCase {
    FaultCase(label, "\(lines)\ndependencies: { api: { url: http://localhost } }\n")
  }
}
