import Testing

@Suite("Reading Swift")
struct SwiftTextTests {
  @Test(
    "Comments and the contents of strings are blanked, code and interpolations stay",
    arguments: [
      ("a // b", "a"), ("a /* b /* c */ d */ e", "a                   e"), (#"x("a{b")"#, #"x("   ")"#),
      (#"x("a\"{b")"#, #"x("     ")"#), (#""\(f("}"))""#, #""\(f(" "))""#), (##"#"a\"#{"##, ##"#"  "#{"##),
      (##"#"a\#(b)"#"##, ##"#" \#(b)"#"##), ("#/\"{/# }", "    /# }"), ("\"open\n}", "\"    \n}"),
      ("\"\"\"\na \" {\n\"\"\" }", "\"\"\"\n     \n\"\"\" }"), ("\"é{\" }", "\"   \" }"),
    ])
  func blanks(text: String, code: String) {
    #expect(Self.withoutTrailingBlanks(SwiftText.code(of: text)) == code)
  }

  @Test("Every line keeps its place")
  func lines() {
    let text = "/*\n*/\n\"\"\"\n\n\"\"\"\n// x\nlet a = 1\n"
    #expect(TextFile(path: "a.swift", text: text).code.count == TextFile(path: "a.txt", text: text).lines.count)
  }

  @Test("The repository is read: its package, sources and tests are there")
  func repository() {
    #expect(Repository.here.file("Package.swift") != nil)
    #expect(Repository.here.has("Sources/Resilience/Support/Lock.swift"))
    #expect(Repository.here.swift(below: "Tests/TidyTests").count > 10)
    #expect(!Repository.here.files.contains { $0.path.contains(".build/") })
  }

  private static func withoutTrailingBlanks(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }
}
