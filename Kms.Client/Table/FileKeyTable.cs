using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// A key table in a folder: the seed's table 25 on disk. It survives restarts, and any number of processes may use it at once;
/// one that is killed in the middle of a write leaves the old row or the new one. A file that is damaged is as good as absent, and no
/// other row suffers.
/// </summary>
/// <remarks>
/// Each entry's signature is verified again when it is read: a key that no trust anchor has attested does not come out of this table,
/// whoever wrote to its files. Marks are signed by nobody: who can write to the folder can remove them, so only
/// its owner may enter it.
/// </remarks>
public sealed class FileKeyTable : IKeyTable
{
    private readonly TableFolder _folder;
    private readonly KeyImporter _importer;

    /// <summary>Opens a table; its folder is made, for its owner alone, when the first row is written.</summary>
    /// <param name="folder">The folder, for nothing else than this table.</param>
    /// <param name="importer">Imports the keys that verify attestations; without Ed25519, entries that need it are not found.</param>
    /// <param name="maximumRows">The most rows, 1 or more. A full table makes room by dropping the row whose mark ends first.</param>
    public FileKeyTable(string folder, KeyImporter? importer = null, int maximumRows = Limits.TableRows)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumRows, 1);
        _folder = new TableFolder(Path.GetFullPath(folder), maximumRows);
        _importer = importer ?? new KeyImporter(null);
    }

    /// <summary>The rows, those included of which only the mark is left, or that wait to be swept.</summary>
    /// <exception cref="IOException">The table cannot be read.</exception>
    public int Count => _folder.Rows().Length;

    /// <inheritdoc/>
    /// <exception cref="IOException">The table cannot be read.</exception>
    public bool TryFind(KeyQuestion question, DateTimeOffset now, [NotNullWhen(true)] out KeyTableEntry? entry)
    {
        entry = _folder.Read(question)?.EntryAt(now);
        if (entry is not null && !IsGenuine(entry)) entry = null;
        return entry is not null;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The table cannot be read.</exception>
    public bool HasMark(DomainName name, Use use, DateTimeOffset now) =>
        _folder.Rows(name, use).Any(file => _folder.TryRead(file, out _, out KeyTableRow? row) && row.CountsAt(now));

    /// <inheritdoc/>
    /// <exception cref="IOException">The table cannot be read: whether the mark forbids the key is not known.</exception>
    public bool TryKeep(KeyTableEntry entry, DateTimeOffset now, out string? trouble)
    {
        ArgumentNullException.ThrowIfNull(entry);
        KeyQuestion question = entry.Question;
        using FileStream? held = _folder.TryLock(out trouble);
        KeyTableRow? row = _folder.Read(question);
        if (!KeyTableRow.TryFollow(row, entry, now, out KeyTableRow? next))
        {
            trouble = null;
            return false;
        }
        if (row?.Entry?.Text.Digest == entry.Text.Digest && row.Mark == next.Mark) trouble = null; // kept already
        else if (held is not null) TryWrite(question, next, held, now, out trouble);
        return true;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The table cannot be read.</exception>
    public bool TryClaimRefresh(KeyQuestion question, DateTimeOffset now)
    {
        // Looked at without the lock first: while the KMS is silent, the answer is no nearly always.
        if (_folder.Read(question)?.TryClaim(now, out _) != true) return false;
        using FileStream? held = _folder.TryLock(out _);
        return held is not null
            && _folder.Read(question) is { } row && row.TryClaim(now, out KeyTableRow? next)
            && TryWrite(question, next, held, now, out _);
    }

    /// <summary>The entries that have not expired, in no order. A row that cannot be read as one is left out.</summary>
    /// <exception cref="IOException">The table cannot be read.</exception>
    public IEnumerable<KeyTableEntry> Entries(DateTimeOffset now)
    {
        foreach (string file in _folder.Rows())
        {
            if (_folder.TryRead(file, out _, out KeyTableRow? row) && row.EntryAt(now) is { } entry && IsGenuine(entry)) yield return entry;
        }
    }

    /// <summary>Forgets the entries of a name, whoever attested them.</summary>
    /// <param name="name">The name.</param>
    /// <param name="use">The use, or null for all.</param>
    /// <param name="withMarks">
    /// Whether the marks go as well. A replaced key could then come back, and a refusal would be believed: only for who knows that the
    /// domain itself has gone back to an earlier key.
    /// </param>
    /// <param name="now">The time.</param>
    /// <returns>What was forgotten of what still counted.</returns>
    /// <exception cref="IOException">The table cannot be read or written; some entries may be forgotten already.</exception>
    public IReadOnlyList<KeyQuestion> Forget(DomainName name, Use? use, bool withMarks, DateTimeOffset now)
    {
        List<KeyQuestion> forgotten = [];
        if (_folder.Rows(name, use).Length == 0) return forgotten;
        using FileStream held = _folder.TryLock(out string? trouble) ?? throw Unwritable(trouble);
        foreach (string file in _folder.Rows(name, use))
        {
            if (_folder.TryRead(file, out KeyQuestion question, out KeyTableRow? row) && (row.EntryAt(now) is not null || (withMarks && row.CountsAt(now)))) forgotten.Add(question);
            if (withMarks) Delete(file);
            else if (row?.Entry is not null && !TryWrite(question, row with { Entry = null }, held, now, out trouble)) throw Unwritable(trouble);
        }
        return forgotten;
    }

    private static void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw Unwritable(e.Message);
        }
    }

    private static IOException Unwritable(string? trouble) => new($"The key table cannot be written: {trouble}");

    private bool TryWrite(KeyQuestion question, KeyTableRow row, FileStream held, DateTimeOffset now, out string? trouble)
    {
        try
        {
            _folder.Write(question, row, held, now);
            trouble = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            trouble = e.Message;
        }
        return trouble is null;
    }

    private bool IsGenuine(KeyTableEntry entry)
    {
        if (!_importer.TryImport(entry.VerifiedBy, out VerificationKey? key, out _)) return false;
        using (key) return entry.Text.IsSignedBy(key);
    }
}
