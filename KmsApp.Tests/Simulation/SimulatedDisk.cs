using System.Globalization;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>The folder of a host's key table: real files, in memory where the system has a place for them there.</summary>
internal sealed class SimulatedDisk
{
    private const string InMemory = "/dev/shm";

    private readonly string _folder;
    private readonly Dice _dice;
    private Dictionary<string, byte[]> _before = [];

    public SimulatedDisk(int host, Dice dice)
    {
        _dice = dice;
        _folder = Path.Combine(Root, host.ToString(CultureInfo.InvariantCulture));
        Delete();
    }

    /// <summary>Of this process alone; in a run there is one.</summary>
    private static string Root => Path.Combine(
        Directory.Exists(InMemory) ? InMemory : Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"kms-simulation-{Environment.ProcessId}"));

    /// <summary>Deletes the folders of all hosts.</summary>
    public static void DeleteAll()
    {
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    public FileKeyTable Open() => new(_folder, KeyPool.Importer);

    /// <summary>Notes what is there, before something is written.</summary>
    public void Note() => _before = Rows().ToDictionary(file => file, File.ReadAllBytes);

    /// <summary>The power fails: a row that was moved to its place last may not be there, and the one that was being written is a torn one.</summary>
    public void LoseLastWrite()
    {
        foreach (string file in Rows()) File.Delete(file);
        foreach ((string file, byte[] content) in _before) File.WriteAllBytes(file, content);
        if (_before.Values.FirstOrDefault() is { } row) File.WriteAllBytes(Path.Combine(_folder, "next"), row[.._dice.Below(row.Length)]);
    }

    /// <summary>Puts another attestation into a row, and a mark that suits it.</summary>
    /// <returns>The question of the row; null where there is none.</returns>
    public KeyQuestion? Forge(Func<Attestation, MessageText> attest)
    {
        string[] rows = Rows();
        if (rows.Length == 0) return null;
        string file = _dice.Pick(rows);
        if (!RowText.TryRead(File.ReadAllBytes(file), out KeyQuestion question, out KeyTableRow? row) || row.Entry is not { } entry) return null;
        KeyTableEntry forged = entry with { Text = attest(entry.Attestation) };
        KeyMark mark = new(forged.Key, DateTimeOffset.UnixEpoch, row.Mark.Ends);
        File.WriteAllBytes(file, RowText.Write(question, row with { Entry = forged, Mark = mark }));
        Note();
        return question;
    }

    /// <summary>The files of the rows, in an order that does not depend on the file system.</summary>
    private string[] Rows() => Directory.Exists(_folder) ? [.. Directory.GetFiles(_folder, "*.*.*").Order(StringComparer.Ordinal)] : [];

    private void Delete()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
