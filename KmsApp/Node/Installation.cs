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
    private KmsNode? _node;
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

    /// <summary>Ends everything; nothing of the app runs any longer.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _standing = null;
            End();
        }
    }

    private void Apply(IDnsServer dnsServer, AppSettings settings, KeyImporter importer, ServerLog log)
    {
        Preference = settings.Preference;
        if (settings.Kms is not { } kms)
        {
            _standing = null;
            End();
            return;
        }
        if (new KeyFile(dnsServer.ApplicationFolder, importer, log.Write).Open(kms.PrivateKeyFile) is not { } key || !importer.TryImport(key.PublicKey, out VerificationKey? verification, out _))
        {
            _standing = new Standing(dnsServer, null, log);
            End();
            return;
        }
        if (_key is not null && _key.PublicKey.Equals(key.PublicKey))
        {
            key.Dispose();
            key = _key;
        }
        _key = key; // an earlier one may still be signing; the collector frees it
        KeyServerConfiguration configuration = kms.ToConfiguration(key, verification);
        if (_node is null) _node = new KmsNode(dnsServer, configuration, importer, log, Clock(dnsServer));
        else _node.Configure(configuration);
        _standing = new Standing(dnsServer, _node, log);
    }

    /// <summary>A host that offers a clock is a laboratory; the real one offers none.</summary>
    private static TimeProvider Clock(IDnsServer dnsServer) => (dnsServer as IServiceProvider)?.GetService(typeof(TimeProvider)) as TimeProvider ?? TimeProvider.System;

    private void End()
    {
        _node?.Dispose();
        _node = null;
        _key?.Dispose();
        _key = null;
    }
}
