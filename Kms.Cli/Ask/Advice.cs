using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>What to do about a result that brought no key.</summary>
internal static class Advice
{
    /// <summary>Sentences for the person at the keyboard, the likeliest cause first; none where the key was found.</summary>
    /// <param name="result">The result.</param>
    /// <param name="settings">The host's settings.</param>
    public static IReadOnlyList<string> Of(KeyResult result, HostSettings settings) => result switch
    {
        KeyFound => [],
        KeyMisasked => ["Ask for another name: this host's own key and an empty name are not asked for."],
        KeyWithoutAnchor without =>
        [
            $"Get the public key of a KMS that serves {without.Domain} or a domain above it, from its administrator and not over this network.",
            "Then trust it: kms trust add NAME DOMAIN PUBLICKEY. What is trusted now: kms trust list.",
        ],
        KeyAbsent absent =>
        [
            $"The owner of {absent.Name} has to publish the key: 'kms init' prints the record there, 'kms enroll' publishes it.",
            $"What is published shows: dig TXT {OwnerOf(absent)}",
            "A record that was added just now is seen when the KMS reads the zone again, after five seconds unless it is set otherwise (keyRefresh).",
        ],
        KeyRefused refused => Of(refused, settings),
        KeyFailed failed => Of(failed, settings),
        _ => [],
    };

    private static string[] Of(KeyRefused refused, HostSettings settings)
    {
        string kms = settings.Kms?.Name.Value ?? "the KMS";
        return refused.Check switch
        {
            Check.Form =>
            [
                $"Whatever answers at the address of {kms} writes no KMS1: is the address right, and is a middlebox on the way?",
                "Other addresses and TLS ('tls://...' in kms.json) go around it.",
            ],
            Check.Authentication =>
            [
                $"Compare kms.publicKeys in {HostFolder.SettingsName} with the public key that {kms} shows in its log at start: it may have a new one.",
                "If they are the same, somebody between here and there forges answers.",
                $"If one side is set to MACs and the other is not, set \"authentication\" here as it is set there.",
            ],
            Check.From or Check.Question =>
            [
                $"The address in {HostFolder.SettingsName} belongs to another KMS than {kms}, or the KMS is out of order: compare kms.name and kms.addresses.",
            ],
            Check.NotAhead or Check.NotExpired or Check.AttestationNotAhead or Check.AttestationNotExpired =>
            [
                $"A clock is wrong, this host's or that of a KMS. They may differ by {Spec.AllowedSkew.TotalSeconds:0} s. Compare: timedatectl; chronyc tracking.",
            ],
            Check.AttestationSignature =>
            [
                "Either the trust anchor has a new key, or the attestation is forged. Get the anchor's key from its administrator, not over this network.",
                "If it has changed: kms trust add NAME DOMAIN PUBLICKEY (both count until the old one is removed).",
            ],
            Check.Mark =>
            [
                "Do not connect: a key that was replaced has come back. Ask the owner of the name which key is right.",
                $"If the old key was brought back on purpose: kms forget {refused.Name} --use {refused.Use} --mark",
            ],
            Check.UnsolvedWithoutMark =>
            [
                "Do not connect: a key was attested not long ago, and now it is said not to exist. Ask the owner of the name.",
                $"If it was withdrawn on purpose: kms forget {refused.Name} --use {refused.Use} --mark",
            ],
            _ => [$"{kms} breaks the rules of the protocol: tell its administrator, with the output of kms explain --json."],
        };
    }

    private static string[] Of(KeyFailed failed, HostSettings settings)
    {
        string kms = settings.Kms?.Name.Value ?? "the KMS";
        return failed.Kind switch
        {
            FailureKind.TooManyInquiries => ["Ask again when the others have ended."],
            FailureKind.NoAnswer =>
            [
                $"Is this host's key published? Its KMS answers nobody whom it does not know: dig TXT {KeyRecord.OwnerOf(settings.Name)} must show the key of {settings.PrivateKey} ('kms init' prints the record).",
                $"Is this host's clock right? {Spec.AllowedSkew.TotalSeconds:0} s are allowed: timedatectl; chronyc tracking.",
                $"Does the way lead there? Addresses of {kms}: {Addresses(settings)}; UDP and TCP of that port must pass.",
                $"Is {kms} running? Its log has a line with its name and public key at start.",
            ],
            FailureKind.NoMessage =>
            [
                $"A DNS server without this KMS answers at {Addresses(settings)}: correct kms.addresses, or switch the KMS on there (\"enableKms\": true).",
                "A resolver in between, or a firewall that rewrites DNS, has the same effect: try 'tls://...'.",
            ],
            FailureKind.ServerFailure =>
            [
                $"The log of {kms} and its journal (Logs, Query Logs, KmsApp) tell what it waited for. Ask again in a while.",
            ],
            _ => failed.Unsolved?.Reason switch
            {
                Reason.NoRoute => [$"No way leads from {kms} to the KMS of {failed.Name}, or the trust anchor is not above both: a neighbour is missing in some KMS's configuration."],
                Reason.Expired => [$"The published key of {failed.Name} has ended (kexp): its owner has to publish the next one."],
                Reason.Timeout => ["A KMS or a zone on the way did not answer: ask again; the journal of the asked KMS shows how far it came."],
                _ => [$"A KMS on the way refuses: is this host, or {kms}, allowed there? Its journal names the reason."],
            },
        };
    }

    private static string OwnerOf(KeyResult result) => KeyRecord.OwnerOf(result.Name);

    private static string Addresses(HostSettings settings) => settings.Kms is { } kms ? string.Join(", ", kms.Addresses) : "none";
}
