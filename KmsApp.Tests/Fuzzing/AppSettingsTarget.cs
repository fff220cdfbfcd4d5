using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>dnsApp.config.</summary>
internal sealed class AppSettingsTarget : FuzzTarget
{
    public override string Name => "appSettings";

    public override IEnumerable<byte[]> Seeds => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "App", "Configurations"), "*.jsonc").Order(StringComparer.Ordinal).Select(File.ReadAllBytes);

    public override IReadOnlyList<string> Tokens { get; } =
    [
        .. FuzzWords.Json, "\"enableKms\": true", "\"appPreference\": ", "\"upper\": {", "\"lower\": [", "\"trusted\": [", "\"hosts\": [", "\"deliverTo\": [", "\"limits\": {", "\"attestationLifetime\": \"01:00:00\"", "\"perSecond\": ", "\"burst\": ",
        "10675199.02:48:05.4775807", "-00:00:01", "1.00:00:00",
    ];

    public override int ShortRun => 3_000;

    public override IReadOnlyList<string> Expected => ["refused", "enabled", "not enabled"];

    public override long AllocationFor(int length) => (512 * 1024) + (2048L * length);

    public override string Try(byte[] input)
    {
        try
        {
            return new SettingsReader(new KeyImporter(null), "dns1.b.a.xx").Read(Encoding.UTF8.GetString(input)).Kms is null ? "not enabled" : "enabled";
        }
        catch (SettingsException e)
        {
            BrokenLawException.Unless(e.Message.StartsWith("dnsApp.config, line ", StringComparison.Ordinal), "a mistake is told with its line");
            return "refused";
        }
    }
}
