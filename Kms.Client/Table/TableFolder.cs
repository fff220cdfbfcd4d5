using System.Diagnostics.CodeAnalysis;
using System.Text;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// The files of a <see cref="FileKeyTable"/>, one for each row, in a folder that only its owner may enter. A row is written beside
/// its place and then moved there, so a reader needs no lock, and sees the old row or the new one whenever the
/// writer dies. Writers take turns by holding the file <c>lock</c> open; the system lets go of it for one that was killed.
/// </summary>
/// <remarks>
/// A row's file is <c>H(name).use.H(anchor)</c>, H being half a SHA-256 in hexadecimal: one row is opened without looking at
/// the others, and all rows of a name, or of a name and use, are found by the start of their file names. Its time stamp is when
/// its mark ends, so sweeping opens only files whose time seems to be over; that of <c>lock</c> is when it was last swept.
/// </remarks>
internal sealed class TableFolder(string path, int maximumRows)
{
    private const string AnyRow = "*.*.*";
    private const int HashSize = 16;

    /// <summary>The pattern means what it says: otherwise ".*" matches what has no dot, such as the lock.</summary>
    private static readonly EnumerationOptions AsWritten = new() { MatchType = MatchType.Simple, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };

    private readonly string _lock = Path.Combine(path, "lock");
    private readonly string _next = Path.Combine(path, "next");

    /// <summary>The files of all rows.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public string[] Rows() => Find(AnyRow);

    /// <summary>The files of the rows of a name, for one use or for all.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public string[] Rows(DomainName name, Use? use) => Find($"{Hash(name)}.{use?.Value ?? "*"}.*");

    /// <exception cref="IOException">It is there and cannot be read.</exception>
    public KeyTableRow? Read(KeyQuestion question) => TryRead(FileOf(question), out _, out KeyTableRow? row) ? row : null;

    /// <returns>False where there is no file, or none that is whole and in its place.</returns>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    public bool TryRead(string file, out KeyQuestion question, [NotNullWhen(true)] out KeyTableRow? row)
    {
        (question, row) = (default, null);
        try
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] buffer = new byte[Math.Min(stream.Length, Limits.FileTableRowLength)];
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return RowText.TryRead(buffer.AsSpan(0, length), out question, out row) && FileOf(question) == file;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The key table cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Waits for the turn to write, and makes the folder where there is none.</summary>
    /// <param name="trouble">Why it cannot be had, for people; null where it can.</param>
    /// <returns>What to dispose of when done; null where it cannot be had.</returns>
    public FileStream? TryLock(out string? trouble)
    {
        try
        {
            OwnersOnly.MakeFolder(path);
            FileStream? held = LockFile.TryTake(_lock, Limits.FileTableLockPatience);
            trouble = held is null ? $"other processes keep the key table in {path} busy" : null;
            return held;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            trouble = e.Message;
            return null;
        }
    }

    /// <summary>Writes a row, or replaces it. Only for the holder of the lock.</summary>
    /// <exception cref="IOException">The disk is full, or something of the kind; the row is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(KeyQuestion question, KeyTableRow row, FileStream held, DateTimeOffset now)
    {
        string file = FileOf(question);
        if (!File.Exists(file)) MakeRoom(held, now);
        using (FileStream stream = new(_next, OwnersOnly.Options(FileMode.Create, FileAccess.Write)))
        {
            stream.Write(RowText.Write(question, row));
            stream.Flush(flushToDisk: true); // or the move could outlive a failure of the power, and the content not
            File.SetLastWriteTimeUtc(stream.SafeFileHandle, row.Mark.Ends.UtcDateTime);
        }
        File.Move(_next, file, overwrite: true);
    }

    /// <summary>Drops rows whose mark has ended, and, in a full table, those whose mark ends first.</summary>
    private void MakeRoom(FileStream held, DateTimeOffset now)
    {
        string[] files = Rows();
        DateTimeOffset swept = File.GetLastWriteTimeUtc(held.SafeFileHandle);
        bool isRecent = swept <= now && now < swept + Limits.FileTableSweepInterval;
        if (files.Length < maximumRows && isRecent) return;

        List<(string File, DateTimeOffset Ends)> left = [];
        foreach (string file in files)
        {
            if (EndOf(file, now) is { } ends) left.Add((file, ends));
            else File.Delete(file);
        }
        foreach ((string file, _) in left.OrderBy(row => row.Ends).Take(left.Count - maximumRows + 1)) File.Delete(file);
        File.SetLastWriteTimeUtc(held.SafeFileHandle, now.UtcDateTime);
    }

    /// <summary>When a row's mark ends, or null where it has. Time stamps get lost when files are copied: the row itself decides.</summary>
    private DateTimeOffset? EndOf(string file, DateTimeOffset now)
    {
        DateTimeOffset stamp = File.GetLastWriteTimeUtc(file);
        if (now < stamp) return stamp;
        try
        {
            if (!TryRead(file, out _, out KeyTableRow? row) || !row.CountsAt(now)) return null;
            File.SetLastWriteTimeUtc(file, row.Mark.Ends.UtcDateTime);
            return row.Mark.Ends;
        }
        catch (IOException)
        {
            return stamp; // one row that cannot be read must not keep others from being written
        }
    }

    private string[] Find(string pattern)
    {
        try
        {
            return Directory.GetFiles(path, pattern, AsWritten);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The key table cannot be read: {e.Message}", e);
        }
    }

    private string FileOf(KeyQuestion question) => Path.Combine(path, $"{Hash(question.Name)}.{question.Use}.{Hash(question.Kms)}");

    private static string Hash(DomainName name)
    {
        Span<byte> hash = stackalloc byte[Digest.Size];
        Digest.Of(Encoding.ASCII.GetBytes(name.Value)).CopyTo(hash);
        return Convert.ToHexStringLower(hash[..HashSize]);
    }
}
