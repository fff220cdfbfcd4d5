namespace Kms.Protocol;

/// <summary>What the protocol fixes (docs/PROTOCOL.md). Nothing here is a setting.</summary>
public static class Spec
{
    /// <summary>The greatest length of a message's text, in characters.</summary>
    public const int MaximumTextLength = 4096;

    /// <summary>The greatest length of a domain name, in characters, without a trailing dot.</summary>
    public const int MaximumNameLength = 253;

    /// <summary>The greatest length of a label, in characters.</summary>
    public const int MaximumLabelLength = 63;

    /// <summary>The greatest length of a use, in characters.</summary>
    public const int MaximumUseLength = 32;

    /// <summary>The latest time that a message can name, in Unix seconds: ten digits (the year 2286), so that no sum of times overflows.</summary>
    public const long MaximumTime = 9_999_999_999;

    /// <summary>The most names that a path holds, both legs together.</summary>
    public const int MaximumPathLength = 16;

    /// <summary>The greatest length of a path, in characters: a refusal bears it there and back, and must fit a message.</summary>
    public const int MaximumPathTextLength = 1400;

    /// <summary>The most valid keys of a host for one use.</summary>
    public const int MaximumKeysForUse = 4;

    /// <summary>The most keys of a host, for all its uses together, valid now or not.</summary>
    public const int MaximumKeysOfHost = 64;

    /// <summary>The most TXT records at the name of a host's keys that are looked at, keys or not.</summary>
    public const int MaximumTextsOfHost = 1_024;

    /// <summary>The UDP payload that is offered, and beyond which an exchange goes over TCP, in bytes.</summary>
    public const int UdpPayloadSize = 1232;

    /// <summary>The port of DNS.</summary>
    public const int DnsPort = 53;

    /// <summary>The port of DNS over TLS (RFC 7858).</summary>
    public const int DnsOverTlsPort = 853;

    /// <summary>How far another machine's clock may be from ours.</summary>
    public static readonly TimeSpan AllowedSkew = TimeSpan.FromSeconds(300);

    /// <summary>The longest life of an attestation.</summary>
    public static readonly TimeSpan MaximumAttestationLifetime = TimeSpan.FromDays(1);

    /// <summary>How long an attestation must still be good to be given out again.</summary>
    public static readonly TimeSpan LeastRemainingLife = TimeSpan.FromSeconds(10);

    /// <summary>The last part of an attestation's life, in which it is renewed while it is in use: one part in so many.</summary>
    public const int RenewalPart = 4;

    /// <summary>How often at most the renewal of one attestation is tried.</summary>
    public static readonly TimeSpan RenewalInterval = TimeSpan.FromMinutes(1);

    /// <summary>For how long one signed <c>answer</c> serves every host.</summary>
    public static readonly TimeSpan AnswerWindow = TimeSpan.FromSeconds(60);

    /// <summary>For how long one signed <c>unsolved</c> serves every host.</summary>
    public static readonly TimeSpan UnsolvedWindow = TimeSpan.FromSeconds(30);

    /// <summary>So many requests to one KMS are under way at first, section 7, "Not more than another KMS takes".</summary>
    public const int FirstWindow = 32;

    /// <summary>So many may be, however late or silent it is.</summary>
    public const int LeastWindow = 16;

    /// <summary>So many may be at the most.</summary>
    public const int GreatestWindow = 1_024;

    /// <summary>An acknowledgement is late that takes so much longer than the quickest.</summary>
    public static readonly TimeSpan LateBy = TimeSpan.FromMilliseconds(100);

    /// <summary>So long the quickest acknowledgement is the measure: the way to a KMS may become a longer one.</summary>
    public static readonly TimeSpan QuickestCounts = TimeSpan.FromMinutes(1);

    /// <summary>So long a request waits for its turn.</summary>
    public static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(1);

    /// <summary>Where as many wait for a silent KMS as may, one more goes to it so often.</summary>
    public static readonly TimeSpan SilentTriedEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>How often the same bytes are answered again.</summary>
    public const int MaximumRetransmissions = 8;
}
