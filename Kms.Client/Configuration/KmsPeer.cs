using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>The KMS that is asked, ready for use: it authenticates what the host sends it, and checks what it sends.</summary>
internal sealed class KmsPeer
{
    private readonly DomainName _own;
    private readonly SigningKey _ownKey;
    private readonly ImmutableArray<VerificationKey> _keys;
    private readonly PairwiseKey? _sending;
    private readonly PairwiseKey? _receiving;
    private int _lastGoodAddress;

    /// <exception cref="ConfigurationException">It cannot be used.</exception>
    public KmsPeer(KmsClientConfiguration configuration, KeyImporter importer)
    {
        AskedKms kms = configuration.Kms;
        if (kms.Name.IsEmpty) throw new ConfigurationException("The KMS to ask has no name.");
        if (kms.Name == configuration.Name)
            throw new ConfigurationException($"The KMS to ask has this host's own name, {kms.Name}: a KMS is never a host.");
        if (kms.Addresses.IsDefaultOrEmpty) throw new ConfigurationException($"The KMS {kms.Name} has no address: name one at least.");
        if (kms.Addresses.FirstOrDefault(address => address.Port == 0) is { } noPort)
            throw new ConfigurationException($"The address {noPort} of the KMS {kms.Name} has port 0: {Spec.DnsPort} is the port of DNS.");
        (_own, _ownKey, Name, Addresses) = (configuration.Name, configuration.Key, kms.Name, kms.Addresses);
        _keys = KeySet.Import(kms.PublicKeys, $"the KMS {kms.Name}", importer);
        switch (configuration.Authentication)
        {
            case SealKind.Signature:
                break;
            case SealKind.Mac when _keys is [var only]:
                if (!_ownKey.TryAgree(_own, Name, only.PublicKey, sending: true, out _sending)
                    || !_ownKey.TryAgree(_own, Name, only.PublicKey, sending: false, out _receiving))
                    throw new ConfigurationException($"MACs need a P-256 key on both sides: this host's or that of the KMS {Name} is none. Use signatures.");
                break;
            case SealKind.Mac:
                throw new ConfigurationException($"MACs need exactly one key of the KMS {Name}, and {_keys.Length} are there. Use signatures, or name one.");
            default:
                throw new ConfigurationException("The authentication is neither signature nor MAC.");
        }
    }

    public DomainName Name { get; }

    public ImmutableArray<KmsAddress> Addresses { get; }

    /// <summary>The addresses in the order in which they are to be tried: from the one that answered last.</summary>
    public IEnumerable<KmsAddress> AddressesToTry
    {
        get
        {
            int first = Volatile.Read(ref _lastGoodAddress);
            return Addresses.Skip(first).Concat(Addresses.Take(first));
        }
    }

    public void HasAnsweredAt(KmsAddress address) => Volatile.Write(ref _lastGoodAddress, Addresses.IndexOf(address));

    /// <summary>Writes an inquiry and authenticates it: step 63.</summary>
    public MessageText Seal(Inquiry inquiry)
    {
        bool fits = _sending is null
            ? MessageText.TrySign(inquiry, _ownKey, out MessageText? text)
            : MessageText.TryAuthenticate(inquiry, _sending, out text);
        return fits ? text! : throw new InvalidOperationException("An inquiry without a path fits a message, whatever its names.");
    }

    /// <summary>Whether this KMS wrote a message. It answers in the way in which it was asked.</summary>
    public bool HasWritten(MessageText text) => _receiving is null
        ? _keys.Any(text.IsSignedBy)
        : text.IsAuthenticatedBy(_receiving);
}
