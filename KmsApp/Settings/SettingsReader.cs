using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp;

/// <summary>
/// Reads dnsApp.config strictly, and stops at the first mistake. A reader serves for one text. What is not enabled is checked
/// all the same, as far as it can be.
/// </summary>
/// <param name="importer">Imports the keys that authenticate.</param>
/// <param name="serverDomain">The host server's own name: its entry of <c>address</c> counts.</param>
internal sealed class SettingsReader(KeyImporter importer, string serverDomain)
{
    private const int MostParties = 10_000;
    private const string NameExample = "kms1.b.a.xx";
    private const string DomainExample = "b.a.xx";
    private const string DefaultKeyFile = "keys/kms.pem";

    private static readonly TimeSpan DefaultAttestationLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan DefaultAnswerTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LeastAnswerTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GreatestAnswerTimeout = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan LeastSummaryInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan GreatestSummaryInterval = TimeSpan.FromDays(1);

    private readonly KeySettings _keys = new(importer);
    private readonly Dictionary<DomainName, Neighbour> _neighbours = [];
    private DomainName _name;
    private DomainName _domain;
    private AuthenticationMode _authentication;

    /// <summary>Reads the text.</summary>
    /// <param name="config">The text; null where the host has no dnsApp.config, which enables nothing.</param>
    /// <exception cref="SettingsException">It has a mistake.</exception>
    public AppSettings Read(string? config)
    {
        if (config is null) return new AppSettings(AppSettings.DefaultPreference, null);
        SettingObject root = SettingsText.Parse(config).Object(
            "appPreference", "enableKms", "name", "domain", "privateKeyFile", "publicKeys", "address", "upper", "lower", "trusted", "hosts", "deliverTo",
            "authentication", "attestationLifetime", "answerTimeout", "journalEntries", "summaryInterval", "limits");
        byte preference = (byte)(root["appPreference"]?.Whole(byte.MinValue, byte.MaxValue) ?? AppSettings.DefaultPreference);
        bool isEnabled = root["enableKms"]?.Flag() ?? false;
        KmsSettings kms = ReadKms(root, isEnabled);
        return new AppSettings(preference, isEnabled ? kms : null);
    }

    private KmsSettings ReadKms(SettingObject root, bool isEnabled)
    {
        if (isEnabled)
        {
            root.Required("name", $"\"enableKms\": true needs the name of this KMS, such as \"{NameExample}\"");
            root.Required("domain", $"\"enableKms\": true needs the domain that this KMS serves, such as \"{DomainExample}\"");
        }
        _name = root["name"]?.Name(NameExample) ?? default;
        _domain = root["domain"]?.Name(DomainExample) ?? default;
        _authentication = Mode(root["authentication"]) ?? AuthenticationMode.Signature;
        string keyFile = root["privateKeyFile"]?.Text(DefaultKeyFile) ?? DefaultKeyFile;
        if (keyFile.Contains('\0', StringComparison.Ordinal)) throw root["privateKeyFile"]!.Fault($"this is no path; write for example \"{DefaultKeyFile}\"");
        (IPEndPoint? address, ImmutableArray<IPEndPoint> others) = Address(root["address"]);
        return new KmsSettings
        {
            Name = _name,
            Domain = _domain,
            PrivateKeyFile = keyFile,
            NodeKeys = _keys.Import(root["publicKeys"]),
            Address = address,
            OtherAddresses = others,
            Upper = root["upper"] is { } upper ? ReadNeighbour(upper, isLower: false) : null,
            Lower = [.. Items(root["lower"]).Select(lower => ReadNeighbour(lower, isLower: true))],
            Trusted = ReadTrusted(root["trusted"]),
            Hosts = ReadHosts(root["hosts"]),
            DeliverTo = [.. Items(root["deliverTo"]).Select(AddressSettings.Target)],
            Authentication = _authentication,
            AttestationLifetime = root["attestationLifetime"]?.Span(Spec.LeastRemainingLife, Spec.MaximumAttestationLifetime) ?? DefaultAttestationLifetime,
            AnswerTimeout = root["answerTimeout"]?.Span(LeastAnswerTimeout, GreatestAnswerTimeout) ?? DefaultAnswerTimeout,
            JournalEntries = root["journalEntries"]?.Whole(0, QueryJournal.MostEntries) ?? QueryJournal.DefaultEntries,
            SummaryInterval = root["summaryInterval"] is { } interval ? SummaryInterval(interval) : Summary.DefaultInterval,
            Limits = LimitSettings.Read(root["limits"]),
        };
    }

    /// <summary>One value, or an object that has one for each server of a cluster: this server's, and the others'.</summary>
    private (IPEndPoint? Own, ImmutableArray<IPEndPoint> Others) Address(SettingNode? node)
    {
        if (node is not { IsObject: true }) return (node is null ? null : AddressSettings.Endpoint(node), []);
        IPEndPoint? own = null;
        List<IPEndPoint> others = [];
        foreach ((string server, SettingNode value) in node.Entries())
        {
            if (!DomainName.TryParse(server, out DomainName name))
                throw value.Fault($"\"{server}\" is no name of a server; the keys of \"address\" are the servers' domain names, such as \"dns1.b.a.xx\"");
            IPEndPoint endpoint = AddressSettings.Endpoint(value);
            if (name.Matches(serverDomain)) own = endpoint;
            else others.Add(endpoint);
        }
        return (own, [.. others]);
    }

    private Neighbour ReadNeighbour(SettingNode node, bool isLower)
    {
        SettingObject settings = isLower
            ? node.Object("name", "domain", "addresses", "publicKeys", "authentication")
            : node.Object("name", "addresses", "publicKeys", "authentication");
        SettingNode nameNode = settings.Required("name", "write the name of that KMS");
        DomainName name = nameNode.Name(NameExample);
        if (name == _name) throw nameNode.Fault($"\"{name}\" is the name of this KMS itself; a KMS is not its own neighbour");
        if (_neighbours.ContainsKey(name)) throw nameNode.Fault($"\"{name}\" is a neighbour already; each stands once, as \"upper\" or in \"lower\"");
        DomainName? domain = isLower ? LowerDomain(settings.Required("domain", "write the domain that the lower KMS serves")) : null;
        ImmutableArray<IPEndPoint> addresses = AddressSettings.Endpoints(settings.Required("addresses", "write where that KMS listens, such as [\"192.0.2.1\"]"));
        ImmutableArray<VerificationKey> keys = _keys.Import(settings["publicKeys"]);
        AuthenticationMode? mode = Mode(settings["authentication"]);
        if (mode == AuthenticationMode.Mac && !keys.IsEmpty && keys is not [{ PublicKey.Algorithm: KeyAlgorithm.P256 }])
            throw settings["authentication"]!.Fault("MACs need exactly one P-256 key of that neighbour; write \"signature\", or one such key");
        Neighbour neighbour = new(name, domain, addresses, keys, mode ?? _authentication);
        _neighbours.Add(name, neighbour);
        return neighbour;
    }

    private DomainName LowerDomain(SettingNode node)
    {
        DomainName domain = node.Name(DomainExample);
        if (!_domain.IsEmpty && (domain == _domain || !domain.IsHeldBy(_domain)))
            throw node.Fault($"\"{domain}\" does not lie below the domain of this KMS, \"{_domain}\"; write one such as \"b.{_domain}\"");
        if (_neighbours.Values.FirstOrDefault(n => n.Domain == domain) is { } other)
            throw node.Fault($"\"{domain}\" is served by \"{other.Name}\" already; one lower KMS serves a domain (several servers of one KMS are several addresses)");
        return domain;
    }

    private ImmutableArray<TrustedKms> ReadTrusted(SettingNode? list)
    {
        Dictionary<DomainName, TrustedKms> trusted = [];
        foreach (SettingNode node in Items(list))
        {
            SettingObject settings = node.Object("name", "domain", "publicKeys");
            SettingNode nameNode = settings.Required("name", "write the name of the trusted KMS");
            DomainName name = nameNode.Name("kms00.xx");
            if (name == _name) throw nameNode.Fault($"\"{name}\" is the name of this KMS itself, which trusts itself without being told");
            if (trusted.ContainsKey(name)) throw nameNode.Fault($"\"{name}\" stands twice; write it once, with all its keys");
            SettingNode domainNode = settings.Required("domain", "write the domain that the trusted KMS serves");
            DomainName domain = domainNode.Name("xx");
            SettingNode keysNode = settings.Required("publicKeys", "write at least one key of the trusted KMS");
            ImmutableArray<VerificationKey> keys = _keys.Import(keysNode);
            if (keys.IsEmpty) throw keysNode.Fault("no key; write at least one key of the trusted KMS");
            if (_neighbours.TryGetValue(name, out Neighbour? neighbour))
            {
                if (neighbour.Domain is { } lower && lower != domain) throw domainNode.Fault($"\"{domain}\" is another domain than the \"{lower}\" of \"{name}\" among the lower KMSs; write the same");
                if (!keys.Select(k => k.PublicKey).ToHashSet().SetEquals(neighbour.Keys.Select(k => k.PublicKey)))
                    throw keysNode.Fault($"these are other keys than those of \"{name}\" among the neighbours; write the same in both places");
            }
            trusted.Add(name, new TrustedKms(name, domain, keys));
        }
        return [.. trusted.Values];
    }

    private ImmutableArray<ConfiguredHost> ReadHosts(SettingNode? list)
    {
        Dictionary<(DomainName, Use), ConfiguredHost> hosts = [];
        foreach (SettingNode node in Items(list))
        {
            SettingObject settings = node.Object("name", "use", "publicKeys");
            SettingNode nameNode = settings.Required("name", "write the name of the host");
            DomainName name = nameNode.Name("host-a.b.a.xx");
            Use use = HostUse(settings["use"]);
            CheckHostName(nameNode, name, use);
            if (hosts.ContainsKey((name, use))) throw nameNode.Fault($"\"{name}\" has keys for \"{use}\" already; write them in one entry");
            SettingNode keysNode = settings.Required("publicKeys", "write at least one key of the host");
            ImmutableArray<PublicKey> keys = KeySettings.Read(keysNode, Spec.MaximumKeysForUse);
            if (keys.IsEmpty) throw keysNode.Fault("no key; write at least one key of the host");
            if (use.IsIdentity) _keys.Check(keysNode, keys);
            hosts.Add((name, use), new ConfiguredHost(name, use, keys));
        }
        return [.. hosts.Values];
    }

    /// <summary>A host of this KMS has a name that ends here; who has the name of a KMS is none.</summary>
    private void CheckHostName(SettingNode node, DomainName name, Use use)
    {
        if (!_domain.IsEmpty && !name.IsHeldBy(_domain)) throw node.Fault($"\"{name}\" is not in the domain of this KMS, \"{_domain}\"; its own KMS serves its keys");
        if (_neighbours.Values.FirstOrDefault(n => n.Domain is { } domain && name.IsHeldBy(domain)) is { } lower)
            throw node.Fault($"\"{name}\" is in the domain of the lower KMS \"{lower.Name}\", which serves its keys");
        if (use.IsIdentity && (name == _name || _neighbours.ContainsKey(name))) throw node.Fault($"\"{name}\" is the name of a KMS, and a KMS is never a host");
    }

    private static Use HostUse(SettingNode? node)
    {
        if (node is null) return Use.Identity;
        string text = node.Text("ssh");
        try
        {
            return Use.Parse(text);
        }
        catch (FormatException)
        {
            throw node.Fault($"\"{text}\" is no use; write 1 to 32 of a-z, 0-9 and '-', such as \"ssh\"");
        }
    }

    private static TimeSpan SummaryInterval(SettingNode node)
    {
        TimeSpan interval = node.Span(TimeSpan.Zero, GreatestSummaryInterval);
        return interval == TimeSpan.Zero || interval >= LeastSummaryInterval
            ? interval
            : throw node.Fault("a line that often is too much; write \"00:01:00\" or more, or \"00:00:00\" for no such line");
    }

    private static AuthenticationMode? Mode(SettingNode? node) => node?.Text("signature") switch
    {
        null => null,
        "signature" => AuthenticationMode.Signature,
        "mac" => AuthenticationMode.Mac,
        var other => throw node!.Fault($"\"{other}\" is no way to authenticate; write \"signature\" or \"mac\""),
    };

    private static List<SettingNode> Items(SettingNode? list)
    {
        if (list is null) return [];
        List<SettingNode> items = [.. list.Items()];
        return items.Count <= MostParties ? items : throw list.Fault($"{items.Count} entries; write {MostParties} at most");
    }
}
