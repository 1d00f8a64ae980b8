/// A safetensors file in memory, whose header has been checked against its bytes.
package struct SafetensorsFile: Sendable {
    /// The longest header that is parsed; the format's own reader has the same limit.
    package static let headerByteLimit = SafetensorsLayout.headerByteLimit

    /// Where everything lies.
    package let layout: SafetensorsLayout
    private let file: [UInt8]

    /// Text that is not a tensor.
    package var metadata: [String: String] { layout.metadata }
    /// All tensors, in the order of their bytes.
    package var tensors: [SafetensorsTensor] { layout.tensors }

    /// Reads the header of `file`, which may come from anybody.
    ///
    /// - Throws: ``SafetensorsError`` unless the tensors cover the bytes after the header exactly.
    package init(_ file: [UInt8]) throws(SafetensorsError) {
        layout = try SafetensorsLayout(beginning: file, fileByteCount: file.count)
        self.file = file
    }

    /// What the header says about the tensor of that name, if there is one.
    package func tensor(named name: String) -> SafetensorsTensor? {
        tensors.first { $0.name == name }
    }

    /// The tensor's bytes.
    ///
    /// - Throws: ``SafetensorsError`` if there is no tensor of that name.
    package func bytes(of name: String) throws(SafetensorsError) -> [UInt8] {
        Array(file[try layout.byteRange(of: name)])
    }
}
