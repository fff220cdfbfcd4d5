using System.Globalization;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>
/// Another process at a key table: says "ready", waits for a line, and then brings ever different keys whose <c>at</c> lies about the
/// newest, so that others bring the same <c>at</c> at the same time. It prints the row and the <c>at</c> of each that was kept.
/// </summary>
internal static class TableWorker
{
    internal const string Word = "table-worker";
    internal const int Names = 3;

    internal static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    internal static DomainName NameOf(int i) => DomainName.Parse($"host-{i}.c.a.xx");

    internal static KeyQuestion QuestionOf(int i) => new(NameOf(i), Use.Identity, ClientWorld.Kms00.Name);

    internal static int Run(string folder, string anchorFile, string seed, string writes)
    {
        TestParty anchor = new(ClientWorld.Kms00.Name.Value, new KeyImporter(null).ImportPem(File.ReadAllText(anchorFile)));
        Random random = new(int.Parse(seed, CultureInfo.InvariantCulture));
        FileKeyTable table = new(folder);
        Console.WriteLine("ready");
        Console.ReadLine();
        for (int left = int.Parse(writes, CultureInfo.InvariantCulture); left > 0; left--)
        {
            int i = random.Next(Names);
            DateTimeOffset newest = table.TryFind(QuestionOf(i), Start, out KeyTableEntry? found) ? found.At : Start;
            Attestation attestation = new(NameOf(i), Use.Identity, KeyImporter.Generate().PublicKey, anchor.Name, newest.AddSeconds(random.Next(0, 3)), Start.AddHours(20));
            KeyTableEntry entry = new(anchor.Sign(attestation), anchor.PublicKey, ClientWorld.Kms1.Name, KmsPath.None, Start);
            if (!table.TryKeep(entry, Start, out string? trouble)) continue;
            Console.WriteLine(trouble ?? $"{i} {attestation.At.ToUnixTimeSeconds()}");
        }
        return 0;
    }
}
