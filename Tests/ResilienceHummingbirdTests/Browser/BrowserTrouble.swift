/// Why the browser could not do what a test wanted.
struct BrowserTrouble: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
