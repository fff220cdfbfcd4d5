using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// Who wants a false key believed. It overhears what the plan lets it, sends from any address, and has the keys that the plan
/// gives it: its own, that of a host, that of a KMS, those that KMSs no longer use.
/// </summary>
internal sealed class Adversary
{
    private static readonly IPEndPoint Own = new(IPAddress.Parse("203.0.113.66"), 5_353);

    private readonly World _world;
    private readonly Dice _dice;
    private readonly KeyPair _key;
    private readonly Booty _booty = new();
    private readonly Forgery _forgery;
    private readonly List<Credential> _retired = [];

    public Adversary(World world)
    {
        _world = world;
        _dice = world.Dice.For("adversary");
        _key = world.NewKey();
        _forgery = new Forgery(world, _dice, _booty);
    }

    /// <summary>Sees a packet, and may answer a host before its KMS does, or acknowledge what never arrives.</summary>
    public void See(Datagram packet)
    {
        bool isAtHand = _world.Hosts.Any(h => h.IsHostile && (h.Address.Equals(packet.From.Address) || h.Address.Equals(packet.To.Address)))
            || _world.Nodes.Any(k => k.IsCompromised && (k.Endpoint.Address.Equals(packet.From.Address) || k.Endpoint.Address.Equals(packet.To.Address)));
        if (!_world.Plan.Eavesdrops && !isAtHand) return;
        MessageText? request = _booty.Take(packet);
        if (!_world.HasFaults || _world.Plan.Attacks == 0 || request is null) return;
        if (request.Message is Inquiry { Path.IsNone: true } inquiry)
        {
            if (_dice.Chance(0.6)) AnswerHost(packet, inquiry);
        }
        else if (_dice.Chance(0.05))
        {
            Acknowledge(packet, request);
        }
        else if (request.Message is Request { Path.IsNone: false } and not Delivery && _dice.Chance(0.3))
        {
            PostAll(_forgery.Interfere(AnyCredential(), (Request)request.Message));
        }
    }

    /// <summary>The key of a KMS that has been replaced everywhere has fallen into its hands.</summary>
    public void Found(SimulatedKms kms, KeyPair key) => _retired.Add(new Credential(kms.Name, key, kms));

    /// <summary>An attestation that says the same of a key of its own.</summary>
    public MessageText Reattest(Attestation attestation) =>
        MessageText.TrySign(attestation with { Key = _key.Public }, _key.Private, out MessageText? text) ? text : throw new InvalidOperationException();

    public async Task RunAsync()
    {
        for (int left = _world.Plan.Attacks; left > 0; left--)
        {
            await Task.Delay(_dice.Between(0, 10.0 / _world.Plan.Attacks) * _world.Plan.Slowness, _world.Time);
            Attack();
        }
    }

    /// <summary>Answers in the place of a KMS whose key it has.</summary>
    public DnsMessage? Answer(SimulatedKms kms, DnsMessage query, IReadOnlyList<ReadOnlyMemory<byte>> texts)
    {
        if (!MessageText.TryParse(texts[0], out MessageText? text, out _) || text.Message is not Request request || !_world.HasFaults) return null;
        Credential credential = new(kms.Name, kms.Key, kms);
        if (request is Inquiry { Path.IsNone: true } inquiry) return _dice.Chance(0.2) ? null : _forgery.AnswerOf(credential, query, inquiry);
        PostAll(_forgery.Continue(credential, request));
        return KmsPacket.Response(query, MessageText.Of(new Acknowledgement(text.Digest)).Text);
    }

    private void Attack()
    {
        Credential credential = AnyCredential();
        switch (_dice.Below(10))
        {
            case 0 or 1 or 2 when _booty.Requests.Count > 0:
                Repeat();
                break;
            case 3 when _booty.Requests.Count > 0:
                Alter();
                break;
            case 4 when credential.Kms is null && _world.Hosts.Find(h => h.Name == credential.Name) is { } host:
                PostAll(_forgery.AsHost(credential, host));
                break;
            default:
                PostAll(_forgery.As(credential));
                break;
        }
    }

    /// <summary>The same packet again: to its receiver, to another, or back.</summary>
    private void Repeat()
    {
        (Datagram packet, MessageText text) = _dice.Pick(_booty.Requests);
        IPEndPoint to = _dice.Below(4) switch
        {
            0 => _dice.Pick(_world.Kmss).Endpoint,
            1 => Booty.ServerAt(packet),
            _ => packet.To,
        };
        int times = _dice.Chance(0.2) ? 14 : 1;
        _world.Log.Add($"the adversary repeats {Describe(text)} to {to}, {times} times");
        IPEndPoint from = _dice.Chance(0.5) ? packet.From : Own;
        for (int i = 0; i < times; i++) _world.Network.Deliver(new Datagram(from, to, packet.Packet), _dice.Between(0.0001, 0.05));
    }

    /// <summary>
    /// A packet with one character changed, or with an empty seal. Signatures, and what is computed of them, differ from run to
    /// run of a seed: what a change in one of them leads to would differ too.
    /// </summary>
    private void Alter()
    {
        (Datagram packet, MessageText text) = _dice.Pick(_booty.Requests);
        byte[] changed = text.Text.ToArray();
        int seal = text.Covered.Length, digest = text.Covered.IndexOf("; of="u8);
        int at = 20 + _dice.Below((digest < 0 ? seal : digest) - 20);
        if (_dice.Chance(0.2)) changed.AsSpan(at = seal + "; sig=".Length, 8).Fill((byte)'A');
        else changed[at] = (byte)(changed[at] ^ (1 << _dice.Below(3)));
        _world.Log.Add($"the adversary alters {Describe(text)} at {at}");
        Send(Own, packet.To, ((Request)text.Message).Name, changed);
    }

    private void AnswerHost(Datagram packet, Inquiry inquiry)
    {
        if (!DnsMessage.TryRead(packet.Packet, out DnsMessage? query, out _)) return;
        Credential credential = AnyCredential();
        Credential? ofKms = _world.Kmss.Find(k => k.Name == inquiry.To) is { IsCompromised: true } kms ? new Credential(kms.Name, kms.Key, kms) : null;
        if (_forgery.AnswerOf(ofKms ?? credential, query, inquiry) is not { } response) return;
        _world.Log.Add($"the adversary answers {inquiry.From} about {inquiry.Question}");
        _world.Network.Deliver(new Datagram(packet.To, packet.From, response.ToArray()), _dice.Between(0.00001, 0.001));
    }

    private void Acknowledge(Datagram packet, MessageText request)
    {
        if (!DnsMessage.TryRead(packet.Packet, out DnsMessage? query, out _)) return;
        _world.Log.Add($"the adversary acknowledges {Describe(request)}");
        byte[] response = KmsPacket.Response(query, MessageText.Of(new Acknowledgement(request.Digest)).Text).ToArray();
        _world.Network.Deliver(new Datagram(packet.To, packet.From, response), _dice.Between(0.00001, 0.001));
    }

    /// <summary>A name to speak in: of somebody whose key it has, or of anybody, with its own key.</summary>
    private Credential AnyCredential()
    {
        List<Credential> stolen = [.. _retired, .. _world.Kmss.Where(k => k.IsCompromised).Select(k => new Credential(k.Name, k.Key, k)),
            .. _world.Hosts.Where(h => h.IsHostile).Select(h => new Credential(h.Name, h.Key, null))];
        if (stolen.Count > 0 && _dice.Chance(0.75)) return _dice.Pick(stolen);
        return _dice.Chance(0.8)
            ? _dice.Pick(_world.Kmss) is var kms ? new Credential(kms.Name, _key, kms) : null!
            : new Credential(_dice.Pick(_world.Hosts).Name, _key, null);
    }

    private void PostAll(IEnumerable<(IPEndPoint To, MessageText[] Texts)> letters)
    {
        foreach ((IPEndPoint to, MessageText[] texts) in letters)
        {
            _world.Log.Add($"the adversary sends {Describe(texts[0])} to {to}");
            Send(Own, to, ((Request)texts[0].Message).Name, [.. texts.Select(text => text.Text)]);
        }
    }

    private void Send(IPEndPoint from, IPEndPoint to, DomainName name, params ReadOnlyMemory<byte>[] texts) => _world.Network.Deliver(
        new Datagram(from, to, KmsPacket.Request((ushort)_dice.Below(65_536), name.Value, texts).ToArray()), _dice.Between(0.0001, 0.05));

    private static string Describe(MessageText text) =>
        text.Message is Request request ? $"{request.Type} {request.From} > {request.To} {request.Question} {request.Id}" : $"{text.Message.Type}";
}
