using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp;

/// <summary>
/// Takes configurations, and puts what they make in force by one assignment. The host may call twice at once, and while queries run.
/// </summary>
internal sealed class Installation : IDisposable
{
    private readonly Lock _gate = new();
    private volatile Standing? _standing;
    private volatile QueryJournal? _journal;
    private KmsNode? _node;
    private KeyWait? _wait;
    private SigningKey? _key;
    private bool _isConfigured;
    private bool _isDisposed;

    /// <summary>What is in force; null: the app touches nothing.</summary>
    public Standing? Standing => _standing;

    /// <summary>The app's place among the apps.</summary>
    public byte Preference { get; private set; } = AppSettings.DefaultPreference;

    /// <summary>Takes a configuration.</summary>
    /// <exception cref="SettingsException">It has a mistake. What was in force stays.</exception>
    public void Configure(IDnsServer dnsServer, string? config)
    {
        ArgumentNullException.ThrowIfNull(dnsServer);
        lock (_gate)
        {
            if (_isDisposed) return;
            ServerLog log = new(dnsServer);
            KeyImporter importer = new(Ed25519Source.TryBind());
            AppSettings settings;
            try
            {
                settings = new SettingsReader(importer, dnsServer.ServerDomain).Read(config);
            }
            catch (SettingsException) when (!_isConfigured)
            {
                // The host goes on to call the hooks. What bears a KMS1 message must not leave with the host's plain answer.
                _standing = new Standing(dnsServer, null, log);
                throw;
            }
            Apply(dnsServer, settings, importer, log);
            _isConfigured = true;
        }
    }

    /// <summary>A page of the journal; empty as long as no KMS has been enabled. It outlives a KMS that is idle or switched off.</summary>
    public DnsLogPage ReadJournal(long pageNumber, int entriesPerPage, bool isDescending, JournalFilter filter) =>
        _journal?.Read(pageNumber, entriesPerPage, isDescending, filter) ?? new DnsLogPage(1, 0, 0, []);

    /// <summary>Ends everything; nothing of the app runs any longer.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _standing = null;
            _journal = null;
            EndWait();
            End();
        }
    }

    private void Apply(IDnsServer dnsServer, AppSettings settings, KeyImporter importer, ServerLog log)
    {
        Preference = settings.Preference;
        EndWait();
        if (settings.Kms is not { } kms)
        {
            _standing = null;
            End();
            return;
        }
        KeyWait wait = new(kms.PrivateKeyFile, dnsServer.ApplicationFolder, importer, log);
        if (wait.Open(mayMake: true) is not { } key)
        {
            _standing = new Standing(dnsServer, null, log);
            End();
            _wait = wait;
            wait.Start(Clock(dnsServer), found => Resume(wait, found, dnsServer, kms, importer, log));
            return;
        }
        Run(key, dnsServer, kms, importer, log);
    }

    /// <summary>Goes on with a key that was waited for, unless another configuration came meanwhile.</summary>
    private void Resume(KeyWait wait, SigningKey key, IDnsServer dnsServer, KmsSettings kms, KeyImporter importer, ServerLog log)
    {
        lock (_gate)
        {
            if (_wait != wait)
            {
                key.Dispose();
                return;
            }
            EndWait();
            log.Write($"The private key {kms.PrivateKeyFile} is there, and the KMS goes on.");
            Run(key, dnsServer, kms, importer, log);
        }
    }

    private void Run(SigningKey key, IDnsServer dnsServer, KmsSettings kms, KeyImporter importer, ServerLog log)
    {
        if (!importer.TryImport(key.PublicKey, out VerificationKey? verification, out _)) throw new InvalidOperationException("A key that was read can be imported.");
        if (_key is not null && _key.PublicKey.Equals(key.PublicKey))
        {
            key.Dispose();
            key = _key;
        }
        _key = key; // an earlier one may still be signing; the collector frees it
        KeyServerConfiguration configuration = kms.ToConfiguration(key, verification);
        _journal ??= new QueryJournal(Clock(dnsServer));
        if (_node is null) _node = new KmsNode(dnsServer, kms, configuration, importer, log, _journal, Clock(dnsServer));
        else _node.Configure(kms, configuration);
        _standing = new Standing(dnsServer, _node, log);
    }

    /// <summary>A host that offers a clock is a laboratory; the real one offers none.</summary>
    private static TimeProvider Clock(IDnsServer dnsServer) => (dnsServer as IServiceProvider)?.GetService(typeof(TimeProvider)) as TimeProvider ?? TimeProvider.System;

    private void EndWait()
    {
        _wait?.Dispose();
        _wait = null;
    }

    private void End()
    {
        _node?.Dispose();
        _node = null;
        _key?.Dispose();
        _key = null;
    }
}
