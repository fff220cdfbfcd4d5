using System.Globalization;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>What happened and why, step by step, for people.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="settings">The host's settings.</param>
/// <param name="isVerbose">Whether the messages are shown, too.</param>
internal sealed class Explanation(TextWriter output, HostSettings settings, bool isVerbose)
{
    /// <summary>Writes it.</summary>
    /// <param name="result">The result.</param>
    /// <param name="now">The time.</param>
    public void Write(KeyResult result, DateTimeOffset now)
    {
        output.WriteLine($"{result.Name}, {result.Use} key");
        WriteAnchors(result.Name);
        WriteSteps(result);
        output.WriteLine();
        output.WriteLine(result.Summary);
        if (result is KeyFound found) WriteKey(found, now);
        if (result is KeyFailed { ExtendedError.Text: { Length: > 0 } text }) output.WriteLine($"  The server says, and nobody authenticates it: \"{text}\"");
        IReadOnlyList<string> advice = Advice.Of(result, settings);
        if (advice.Count == 0) return;
        output.WriteLine();
        output.WriteLine("What to do");
        foreach (string line in advice) output.WriteLine($"  - {line}");
    }

    private void WriteAnchors(DomainName name)
    {
        output.WriteLine();
        output.WriteLine("Trusted KMSs");
        if (settings.Trust.IsEmpty) output.WriteLine("  none");
        foreach (TrustAnchor anchor in settings.Trust)
        {
            string holds = name.IsHeldBy(anchor.Domain) ? "holds the name" : "does not hold the name";
            output.WriteLine($"  {anchor.Name} serves {anchor.Domain}, which {holds}");
        }
    }

    private void WriteSteps(KeyResult result)
    {
        HostStep? under = null;
        foreach (TraceStep step in result.Trace)
        {
            if (step.Step != under)
            {
                output.WriteLine();
                output.WriteLine(Title(step.Step));
                under = step.Step;
            }
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {step.Time.UtcDateTime:HH:mm:ss.fff}  {step.Text}"));
            if (isVerbose && step.Message is { } message) output.WriteLine($"                {message}");
        }
    }

    private void WriteKey(KeyFound found, DateTimeOffset now)
    {
        KeyTableEntry entry = found.Entry;
        Line("key", $"{found.Key.Algorithm}, SHA-256 {found.Key.Fingerprint}");
        Line("signed by", $"{found.Anchor}, checked with its key SHA-256 {entry.VerifiedBy.Fingerprint}");
        Line("read", $"from the zone at {entry.At:u}");
        Line("counts until", $"{entry.Expires:u}, {DurationText.Of(entry.Expires - now)} from now");
        Line("brought by", found.Source == KeySource.OwnTable ? $"{entry.AnsweredBy} at {entry.KeptAt:u}, and kept in the own table" : $"{entry.AnsweredBy}, just now");
        if (entry.Path.IsNone)
        {
            Line("way", $"none: {entry.AnsweredBy} had it in its key table, or serves the name and attests it itself");
            return;
        }
        // The asked KMS's word: nobody signs the way.
        if (entry.Path.InquiryLeg.Length > 0) Line("asked along", Way(entry.Path.InquiryLeg));
        if (entry.Path.SignatureLeg.Length > 0) Line("signed along", $"{Way(entry.Path.SignatureLeg)} > {found.Anchor}");
        Line("", $"as {entry.AnsweredBy} tells it");

        void Line(string title, string text) => output.WriteLine($"  {title,-13} {text}");
        static string Way(IEnumerable<DomainName> names) => string.Join(" > ", names);
    }

    private static string Title(HostStep step) => step switch
    {
        HostStep.ChooseAnchor => "Whom to believe (step 62)",
        HostStep.LookUp => "The own table (step 61)",
        HostStep.Ask => "The inquiry (step 63)",
        HostStep.Check => "The checks (step 64)",
        HostStep.Keep => "Kept (step 65)",
        HostStep.HandOver => "Handed over (step 66)",
        _ => "Not shown",
    };
}
