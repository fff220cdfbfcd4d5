using System.Reflection;
using DnsServerCore.ApplicationCommon;
using Kms.Lab;

namespace KmsApp.Tests;

/// <summary>An installed app in a context of its own, unloaded at the end.</summary>
internal sealed class LoadedApp(InstalledApp app) : IDisposable
{
    internal AppLoadContext Context { get; } = new(app.Folder);

    /// <summary>KmsApp.dll; known before any code of it has run.</summary>
    internal Assembly Assembly => Context.Assemblies.Single(assembly => assembly.GetName().Name == "KmsApp");

    /// <summary>The app, made as the host makes it.</summary>
    internal IDnsApplication Make()
        => (IDnsApplication)Activator.CreateInstance(Assembly.GetExportedTypes().Single(type => type.IsAssignableTo(typeof(IDnsApplication))))!;

    public void Dispose() => Context.Unload();
}
