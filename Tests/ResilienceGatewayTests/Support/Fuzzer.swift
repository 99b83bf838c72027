/// Damages texts, the same way for the same seed.
struct Fuzzer {
  private var state: UInt64

  init(seed: UInt64) { self.state = seed }

  mutating func next() -> UInt64 {
    self.state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = self.state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(self.next() % UInt64(bound)) }

  /// Replaces, inserts, removes and doubles a few characters.
  mutating func mutate(_ text: String, with alphabet: String) -> String {
    var characters = Array(text)
    let letters = Array(alphabet)
    for _ in 0...self.below(4) {
      let place = self.below(characters.count + 1)
      switch self.below(4) {
      case 0: characters.insert(letters[self.below(letters.count)], at: place)
      case 1 where place < characters.count: characters.remove(at: place)
      case 2 where place < characters.count: characters[place] = letters[self.below(letters.count)]
      default: characters.insert(contentsOf: characters.suffix(self.below(characters.count + 1)), at: place)
      }
    }
    return String(characters)
  }
}
