using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace KmsApp.Tests;

/// <summary>Everything that the zip's dll refers to in other assemblies, looked up as the runtime does: by name and exact signature.</summary>
internal sealed class HostReferences : IDisposable
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly RealHost _host;
    private readonly PEReader _pe;
    private readonly MetadataReader _metadata;
    private readonly SignatureText _text = new();

    internal HostReferences(RealHost host)
    {
        _host = host;
        _pe = new PEReader(new MemoryStream(host.Dll));
        _metadata = _pe.GetMetadataReader();
    }

    /// <summary>How many references to types and members of the server's there are.</summary>
    internal int OfHost =>
        _metadata.TypeReferences.Count(IsOfHost) + _metadata.MemberReferences.Count(handle => TypeOf(_metadata.GetMemberReference(handle).Parent) is { } type && IsOfHost(type));

    /// <summary>A line for each reference that leads nowhere, or to what may not be used.</summary>
    internal IEnumerable<string> Missing() =>
    [
        .. _metadata.AssemblyReferences.Select(Fault).OfType<string>(),
        .. _metadata.TypeReferences.Select(Fault).OfType<string>(),
        .. _metadata.MemberReferences.Select(Fault).OfType<string>(),
    ];

    public void Dispose() => _pe.Dispose();

    private string? Fault(AssemblyReferenceHandle handle)
    {
        AssemblyName asked = _metadata.GetAssemblyReference(handle).GetAssemblyName();
        Version? found = Load(handle)?.GetName().Version;
        return found is null ? $"The assembly {asked.Name} is missing."
            : found < asked.Version ? $"The assembly {asked.Name} is asked for in version {asked.Version} or later, and is there in {found}."
            : null;
    }

    private string? Fault(TypeReferenceHandle handle) =>
        Find(handle) is not { } type ? $"The type {SignatureText.NameOf(_metadata, handle)} is missing."
        : type.IsVisible || _host.IsBundled(type.Assembly) ? null
        : $"The type {type} is not public.";

    private string? Fault(MemberReferenceHandle handle)
    {
        MemberReference member = _metadata.GetMemberReference(handle);

        // The others are the dll's own types, and arrays, whose members the runtime makes.
        if (TypeOf(member.Parent) is not { } parent) return null;
        string name = _metadata.GetString(member.Name);
        string owner = SignatureText.NameOf(_metadata, parent);
        string asked = member.GetKind() == MemberReferenceKind.Field
            ? Field(name, member.DecodeFieldSignature(_text, null))
            : SignatureText.Of(name, member.DecodeMethodSignature(_text, null));

        // A missing type has its own line, but what of it is used is worth knowing.
        for (Type? type = Find(parent); type is not null; type = type.BaseType)
        {
            MemberInfo? found = type.GetMember(name, MemberTypes.Field | MemberTypes.Method | MemberTypes.Constructor, Declared).FirstOrDefault(other => Text(other) == asked);
            if (found is not null) return IsAccessible(found) || _host.IsBundled(type.Assembly) ? null : $"{owner}: {asked} is not public.";
        }

        return $"{owner}: {asked} is missing.";
    }

    private Type? Find(TypeReferenceHandle handle)
    {
        TypeReference type = _metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind switch
        {
            HandleKind.TypeReference => Find((TypeReferenceHandle)type.ResolutionScope)?.GetNestedType(_metadata.GetString(type.Name), Declared),
            HandleKind.AssemblyReference => Load((AssemblyReferenceHandle)type.ResolutionScope)?.GetType(SignatureText.NameOf(_metadata, handle)),
            _ => null,
        };
    }

    /// <summary>The type referred to: the definition where it is an instance of a generic one, and null where it is none of another assembly's.</summary>
    private TypeReferenceHandle? TypeOf(EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference) return (TypeReferenceHandle)parent;
        if (parent.Kind != HandleKind.TypeSpecification) return null;
        BlobReader signature = _metadata.GetBlobReader(_metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance) return null;
        signature.ReadSignatureTypeCode();
        EntityHandle definition = signature.ReadTypeHandle();
        return definition.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)definition : null;
    }

    private bool IsOfHost(TypeReferenceHandle handle)
    {
        EntityHandle scope = _metadata.GetTypeReference(handle).ResolutionScope;
        return scope.Kind == HandleKind.TypeReference ? IsOfHost((TypeReferenceHandle)scope)
            : scope.Kind == HandleKind.AssemblyReference && RealHost.Contracts.Contains(_metadata.GetString(_metadata.GetAssemblyReference((AssemblyReferenceHandle)scope).Name));
    }

    private Assembly? Load(AssemblyReferenceHandle handle)
    {
        try
        {
            return _host.Load(_metadata.GetAssemblyReference(handle).GetAssemblyName());
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static string Field(string name, string type) => $"{type} {name}";

    private static string? Text(MemberInfo member) => member switch
    {
        FieldInfo field => Field(field.Name, SignatureText.Of(field)),
        MethodBase method => SignatureText.Of(method),
        _ => null,
    };

    private static bool IsAccessible(MemberInfo member) => member switch
    {
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        _ => false,
    };
}
