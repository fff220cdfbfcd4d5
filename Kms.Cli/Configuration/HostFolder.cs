using System.Text.Json;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>The folder that holds what a host knows from the start (26 in the seed's Fig. 2): <c>kms.json</c>, its private key, its key table.</summary>
/// <param name="path">The folder's full path.</param>
internal sealed class HostFolder(string path)
{
    /// <summary>The variable that names the folder.</summary>
    public const string Variable = "KMS_CONFIG";

    /// <summary>The name of the settings' file.</summary>
    public const string SettingsName = "kms.json";

    private const UnixFileMode Writers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Others = Writers | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>How long a change of the settings waits for another one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Path { get; } = path;

    /// <summary>The file of the settings.</summary>
    public string SettingsFile => FileOf(SettingsName);

    /// <summary>Finds the folder: as named on the command line, as named by the environment, the user's own, the machine's.</summary>
    public static HostFolder Find(string? named, CommandEnvironment environment)
    {
        string? chosen = named ?? environment.Variable(Variable);
        if (!string.IsNullOrEmpty(chosen)) return new HostFolder(System.IO.Path.GetFullPath(chosen));
        // A relative path would be one in the folder where the command happens to be started: whoever fills that would be believed.
        string? own = InKnown(Environment.SpecialFolder.ApplicationData);
        string? machine = OperatingSystem.IsWindows() ? InKnown(Environment.SpecialFolder.CommonApplicationData) : "/etc/kms";
        bool isOwn = own is not null && (File.Exists(System.IO.Path.Combine(own, SettingsName)) || !Directory.Exists(machine));
        return new HostFolder((isOwn ? own : machine) ?? throw new ConfigurationException($"This user has no folder for settings: name one with --config or {Variable}."));
    }

    private static string? InKnown(Environment.SpecialFolder known) =>
        Environment.GetFolderPath(known, Environment.SpecialFolderOption.DoNotVerify) is var path && System.IO.Path.IsPathFullyQualified(path)
            ? System.IO.Path.Combine(path, "kms")
            : null;

    /// <summary>A file that the settings name: relative ones are in this folder.</summary>
    public string FileOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="ConfigurationException">There are none, or they cannot be used; the message says where and what would be right.</exception>
    public HostSettings ReadSettings()
    {
        try
        {
            using FileStream file = File.OpenRead(SettingsFile);
            return HostSettings.Read(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NoSettings();
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{SettingsFile}, line {e.LineNumber + 1}: {e.Message}");
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"{SettingsFile}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{SettingsFile} cannot be read: {e.Message}");
        }
    }

    /// <summary>Makes the folder where there is none, for its owner alone.</summary>
    public void Make() => OwnersOnly.MakeFolder(Path);

    /// <summary>Waits for the turn to change the settings; it is held from before they are read until they are written.</summary>
    /// <returns>What to dispose of when done.</returns>
    /// <exception cref="ConfigurationException">There is no such folder.</exception>
    /// <exception cref="IOException">It cannot be had.</exception>
    public FileStream TakeTurn()
    {
        try
        {
            return LockFile.TryTake(FileOf("settings.lock"), Patience) ?? throw new IOException($"Others are changing {SettingsFile} all the time: nothing is changed. Try again.");
        }
        catch (DirectoryNotFoundException)
        {
            throw NoSettings();
        }
    }

    /// <summary>Writes the settings: a reader sees the old ones or the new ones, never half of them. Only for who has the turn.</summary>
    public void WriteSettings(HostSettings settings) => WholeFile.Replace(SettingsFile, settings.Write, ModeOfSettings());

    /// <summary>Reads a private key.</summary>
    /// <param name="name">The file, as the settings name it.</param>
    /// <exception cref="ConfigurationException">It is missing, or no key that signs.</exception>
    public SigningKey ReadPrivateKey(string name)
    {
        string file = FileOf(name);
        try
        {
            return new KeyImporter(null).ImportPem(File.ReadAllText(file));
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            throw new ConfigurationException($"{file}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The host's private key cannot be read: {e.Message}");
        }
    }

    /// <summary>What is wrong with who may read or write here, for people.</summary>
    /// <param name="privateKey">The private key's file, as the settings name it.</param>
    public IEnumerable<string> FaultsOfAccess(string privateKey)
    {
        if (OperatingSystem.IsWindows()) yield break;
        string file = FileOf(privateKey);
        if ((File.GetUnixFileMode(file) & Others) != 0)
            yield return $"the private key {file} can be read or written by others than its owner; put that right by chmod 600.";
        foreach (string place in (string[])[Path, SettingsFile])
        {
            if ((File.GetUnixFileMode(place) & Writers) != 0)
                yield return $"{place} can be written by others than its owner, who so decide whom this host believes; put that right by chmod go-w.";
        }
    }

    private ConfigurationException NoSettings() => new($"There is no {SettingsFile}. Make it with 'kms init', or name another folder with --config.");

    /// <summary>As it is, for its owner may have opened it to others; a new one is nobody else's.</summary>
    private UnixFileMode ModeOfSettings() =>
        !OperatingSystem.IsWindows() && File.Exists(SettingsFile) ? File.GetUnixFileMode(SettingsFile) : UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
