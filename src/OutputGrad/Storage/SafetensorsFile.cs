namespace OutputGrad.Storage;

/// <summary>
/// A safetensors file: named tensors that are read where they lie, through a mapping of the file into memory. Opening reads the header
/// alone, whatever the size of the file.
/// </summary>
/// <remarks>
/// <para>
/// The format is that of <see href="https://huggingface.co/docs/safetensors">huggingface.co/docs/safetensors</see>: 8 bytes with the
/// header's length N, little-endian; N bytes of JSON with name, type, shape and place of each tensor; the tensors, without gaps.
/// </para>
/// <para>
/// <b>Lifetime.</b> Spans and layers that this class returns point into the mapping and are valid until <see cref="Dispose"/>. After it
/// every member throws <see cref="ObjectDisposedException"/>, but a span that was obtained earlier cannot know: using it then reads memory
/// that is no longer mapped, and usually ends the process. Objects from <see cref="Tensors"/> and <see cref="Metadata"/> stay valid. A
/// span does not keep its file alive, so a file that is never disposed stays mapped until the process ends.
/// </para>
/// <para>
/// <b>The file must not change</b> while it is open. It is opened so that others may read it or replace it by another file of the same
/// name; where the operating system allows other programs to write to it or cut it short all the same, numbers change, and reading beyond
/// a new end ends the process. Windows does not let a mapped file be replaced.
/// </para>
/// <para>
/// <b>Hostile files.</b> A file that breaks the format is refused when it is opened, by an <see cref="InvalidDataException"/> that names
/// the file, the tensor and the numbers. Nothing outside the file is ever read. This reader is strict: a field that the format does not
/// have is refused, and a tensor has at most 64 dimensions. Values are not examined: NaN, infinity and indices out of range may be there.
/// </para>
/// <para>
/// <b>Threads.</b> Any number of threads may read at the same time. <see cref="Dispose"/> must not run while another member or a user of
/// a span does.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// float[] weights = [1f, 0f, 0f, 1f, -1f, -1f], bias = new float[3];
/// SafetensorsFile.Save("head.safetensors", [new("weight", [3, 2], weights), new("bias", [3], bias)]);
///
/// using SafetensorsFile file = SafetensorsFile.Open("head.safetensors");
/// OutputLayer&lt;float> layer = file.Layer("weight", "bias");                // in place: valid until the file is disposed
/// CrossEntropyResult result = LinearCrossEntropy.Loss(layer, new LabeledBatch&lt;float>([2f, 1f], (int[])[0]));
/// Console.WriteLine($"{result.Loss:F4}");                                 // 0.3182
/// </code>
/// </example>
public sealed class SafetensorsFile : IDisposable
{
    private readonly MappedTensors _tensors;

    private SafetensorsFile(MappedTensors tensors) => _tensors = tensors;

    /// <summary>The tensors by name, enumerated in the order of their data in the file.</summary>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _tensors.Header.Tensors;

    /// <summary>The file's free text, by key; empty if it has none.</summary>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public IReadOnlyDictionary<string, string> Metadata => _tensors.Header.Metadata;

    /// <summary>Opens a file, checks its header and maps it into memory.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file, to be disposed when its spans are no longer used.</returns>
    /// <exception cref="InvalidDataException">It is not a safetensors file; the message says why.</exception>
    /// <exception cref="IOException">It does not exist, or cannot be read or mapped.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null, empty or no path.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is not little-endian.</exception>
    public static SafetensorsFile Open(string path)
    {
        RequireLittleEndian();
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            long length = stream.CanSeek ? stream.Length : throw new SafetensorsFault(path).Because("it is no file on a disk.");
            SafetensorsHeader header = SafetensorsHeader.Read(stream.SafeFileHandle, length, new(path));
            return new(new MappedTensors(path, new MappedFile(stream, length), header));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file. One that exists is replaced; a symbolic link stays, and the file that it points to is replaced.</param>
    /// <param name="tensors">The tensors, with unique names, in any order.</param>
    /// <param name="metadata">Free text by key, or null.</param>
    /// <remarks>
    /// <para>
    /// The same tensors and metadata give the same bytes, in whatever order they come. Tensors are stored as the reference implementation
    /// stores them: wider element types first, the latest in <see cref="TensorElementType"/> before the others, and within a type in the
    /// ordinal order of their names in UTF-8. So each is aligned to its elements. Metadata come first in the header, in the ordinal order
    /// of their keys. Spaces after the header let the data begin at a multiple of 64 bytes.
    /// </para>
    /// <para>
    /// The bytes go to a new file in the same directory, are flushed to the disk, and the new file then takes the name. An exception or a
    /// crash before that leaves the old file as it was; an exception also removes the new one. The tensors must not change meanwhile.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// Two tensors have one name, a name or text has half of a surrogate pair, a tensor is called <c>__metadata__</c>, the header would be
    /// longer than readers accept, an argument is null, or the path is no path.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written or replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written, or, on Windows, the file.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is not little-endian.</exception>
    public static void Save(string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        RequireLittleEndian();
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        SafetensorsWriter writer = new(tensors, metadata);
        ReplacedFile.Write(path, writer.Write);
    }

    /// <summary>A whole tensor, where it lies in the file.</summary>
    /// <typeparam name="T">
    /// The type that <see cref="TensorElementType"/> states for the tensor's elements, for example <see cref="float"/> for F32,
    /// <see cref="Half"/> for F16 and <see cref="ushort"/> for the bits of BF16.
    /// </typeparam>
    /// <param name="name">The tensor's name.</param>
    /// <returns>
    /// The elements, row-major, valid until <see cref="Dispose"/>. Where a file holds a tensor at an address that is no multiple of its
    /// elements' size, this is a copy in memory, made when the tensor is first read and kept until then.
    /// </returns>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="ArgumentException">Its elements are not read as <typeparamref name="T"/>.</exception>
    /// <exception cref="NotSupportedException">
    /// It has more than 2,147,483,647 elements, the most of a span: read it in parts.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public ReadOnlySpan<T> Read<T>(string name)
        where T : unmanaged => _tensors.Whole<T>(name);

    /// <summary>A part of a tensor, where it lies in the file: some rows of a matrix, for example.</summary>
    /// <typeparam name="T">As for <see cref="Read{T}(string)"/>.</typeparam>
    /// <param name="name">The tensor's name.</param>
    /// <param name="start">The first element, counted row-major.</param>
    /// <param name="length">The number of elements.</param>
    /// <returns>The elements, valid until <see cref="Dispose"/>; a copy, new each time, where they are not aligned.</returns>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="ArgumentException">Its elements are not read as <typeparamref name="T"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside the tensor.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public ReadOnlySpan<T> Read<T>(string name, long start, int length)
        where T : unmanaged => _tensors.Part<T>(name, start, length);

    /// <summary>The bytes of a tensor of any type, where they lie in the file.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>The bytes, little-endian as in the file, valid until <see cref="Dispose"/>.</returns>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="NotSupportedException">It has more than 2,147,483,647 bytes, the most of a span.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public ReadOnlySpan<byte> ReadBytes(string name) => _tensors.Bytes(name);

    /// <summary>An output layer whose parameters lie in the file: nothing is copied, and only what a call reads is loaded.</summary>
    /// <param name="weightsName">The matrix W, F32, F16 or BF16 of shape [classes, features].</param>
    /// <param name="biasName">
    /// The vector b, F32, F16 or BF16 of shape [classes], or null for a layer without bias. One of 16 bits is copied.
    /// </param>
    /// <returns>
    /// The layer, valid until <see cref="Dispose"/>. Tensors that are not aligned are copied, as by <see cref="Read{T}(string)"/>.
    /// </returns>
    /// <exception cref="KeyNotFoundException">The file has no such tensor.</exception>
    /// <exception cref="ArgumentException">The shapes are not those of a layer.</exception>
    /// <exception cref="NotSupportedException">
    /// A tensor is not F32, F16 or BF16, or it has more than 2,147,483,647 elements.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public OutputLayer<float> Layer(string weightsName, string? biasName = null) => LayerReader.Read(_tensors, weightsName, biasName);

    /// <summary>Closes the file. Spans and layers that were read from it must not be used any more. May be called again.</summary>
    public void Dispose() => _tensors.Dispose();

    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Tensors are stored little-endian and read in place, which this machine cannot do.");
        }
    }
}
